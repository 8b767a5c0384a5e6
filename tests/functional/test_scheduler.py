"""The scheduler's arrays follow what operators change, and its filters what the arrays say."""
import numpy
import pytest

from nova_lite import exceptions, failpoints
from nova_lite.compute import ownership
from nova_lite.conf import CONF
from nova_lite.db import aggregates, hosts, quotas, session
from nova_lite.scheduler import filters
from tests.functional.cluster import FAILED, PROJECT, wait_for


@pytest.fixture
def manager(cluster):
    """The running scheduler's, with the filters that a test loads, until its end."""
    found = cluster.parts("scheduler")["manager"]
    before = list(found.filters)
    yield found
    found.filters = before


@pytest.fixture
def aggregate(cluster):
    """aggregate(metadata, *hosts)"""
    made, do = [], session.transaction

    def make(metadata, *names):
        found = do(aggregates.create)(f"a{len(made)}", None)
        made.append((found.id, names))
        do(aggregates.update)(found.id, None, metadata)
        for name in names:
            do(aggregates.add_host)(found.id, name)
        cluster.refresh()
        return found.id
    yield make
    for id_, names in made:
        for name in names:
            do(aggregates.remove_host)(id_, name)
        do(aggregates.delete)(id_)
    cluster.refresh()


def test_aggregates_reach_the_scheduler_by_the_feed(cluster, manager, aggregate):
    first, second, third = cluster.hosts
    aggregate({"disk": "ssd"}, first, second)
    id_ = aggregate({"disk": "hdd", "rack": "7"}, second)
    arrays = manager.hosts.arrays

    def of(host):
        return manager.hosts.arrays.aggregate_metadata(arrays.index[host])
    assert of(first) == {"disk": ["ssd"]} and of(second) == {"disk": ["hdd", "ssd"], "rack": ["7"]} and of(third) == {}
    session.transaction(aggregates.update)(id_, None, {"rack": None})
    cluster.refresh()
    assert of(second) == {"disk": ["hdd", "ssd"]}


def test_a_flavor_finds_its_aggregate_and_a_fault_tells_who_removed_hosts(cluster, manager, aggregate):
    aggregate({"disk": "ssd"}, cluster.hosts[1])
    manager.filters = [*filters.load(["AggregateInstanceExtraSpecsFilter"]), *manager.filters]
    key = "aggregate_instance_extra_specs:disk"
    server = cluster.made(flavor=cluster.flavor.replace(extra_specs={key: "ssd"}))
    assert server.host == cluster.hosts[1]
    server = cluster.made(FAILED, flavor=cluster.flavor.replace(extra_specs={key: "tape"}))
    assert "AggregateInstanceExtraSpecsFilter removed 3" in server.fault.details


def test_what_a_host_is_busy_with(cluster, manager):
    def counted():
        with session.reader() as connection:
            return hosts.io_ops(connection)
    seen = []
    with failpoints.armed({"compute.build_and_run_instance.work": lambda: seen.append(counted())}):
        server = cluster.made()
    assert seen == [{server.host: 1}] and counted() == {}


def test_what_a_host_measures_reaches_the_scheduler(cluster, manager):
    """It rides on heartbeats, and is gone when the host starts without monitors."""
    name = cluster.hosts[1]
    service = cluster.parts(name)["service"]

    def known():
        cluster.parts("conductor")["heartbeats"].flush()
        cluster.refresh()
        return manager.hosts.arrays.metric("cpu.percent")
    cluster.override("compute", compute_monitors=["cpu.virt_driver"])
    service._report([])
    wait_for(lambda: not numpy.isnan(known()[manager.hosts.arrays.index[name]]), 20)
    assert 0 <= known()[manager.hosts.arrays.index[name]] <= 1
    cluster.override("compute", compute_monitors=[])
    cluster.kill(name)
    cluster.start(name)
    assert numpy.isnan(known()[manager.hosts.arrays.index[name]])


def test_a_flavor_says_what_it_claims(cluster):
    """The host counts so, too, and the audit of the fixture compares."""
    flavor = cluster.flavor.replace(extra_specs={"resources:VCPU": "3", "resources:MEMORY_MB": "0"})
    server = cluster.made(flavor=flavor)
    usage = cluster.usage(server.host)
    assert (usage["vcpus"], usage["memory_mb"], usage["local_gb"]) == (3, 0, flavor.disk_gb)
    server = cluster.made(FAILED, flavor=flavor.replace(extra_specs={"resources:CUSTOM_GPU": "1"}))
    assert "ResourceFilter removed 3" in server.fault.details


@pytest.fixture
def without_quota(cluster):
    session.transaction(quotas.set_limits)(PROJECT, {"cores": -1, "ram": -1})
    yield
    session.transaction(quotas.delete_limits)(PROJECT)


def test_a_ratio_of_an_aggregate_is_the_claims_the_filters_and_the_hosts(cluster, aggregate, without_quota):
    """The smallest of several; a server that it makes room for is built, one that it does not is not; the audit of the
    fixture compares."""
    first, *others = cluster.hosts
    with session.reader() as connection:
        own = hosts.limits(connection, first)
    aggregate({"cpu_allocation_ratio": "1000", "ram_allocation_ratio": "3"}, first)
    id_ = aggregate({"cpu_allocation_ratio": "500", "disk_allocation_ratio": "2.5"}, first, others[0])
    with session.reader() as connection:
        found, other = hosts.limits(connection, first), hosts.limits(connection, others[0])
    total = own["vcpus"] / CONF.compute.cpu_allocation_ratio
    assert found == {"vcpus": total * 500, "memory_mb": own["memory_mb"] * 3, "local_gb": own["local_gb"] * 2.5}
    assert other == {"vcpus": total * 500, "memory_mb": own["memory_mb"], "local_gb": own["local_gb"] * 2.5}
    large = cluster.flavor.replace(vcpus=int(own["vcpus"]) + 1, memory_mb=own["memory_mb"] + 1)
    server = cluster.made(flavor=large)
    assert server.host == first                                        # which was not told of its aggregates
    failed = cluster.made(FAILED, flavor=large.replace(memory_mb=own["memory_mb"] * 3))
    assert "ResourceFilter removed 3" in failed.fault.details
    change = session.transaction(aggregates.update)
    with pytest.raises(exceptions.Conflict, match="more in use than its cpu_allocation_ratio would allow"):
        change(id_, None, {"cpu_allocation_ratio": "1"})
    for wrong in ("0", "-1", "many", "nan", "inf", ""):
        with pytest.raises(exceptions.Invalid, match="is not a ratio"):
            change(id_, None, {"ram_allocation_ratio": wrong})
    cluster.clear()
    change(id_, None, {"cpu_allocation_ratio": None})
    with session.reader() as connection:
        assert hosts.limits(connection, first)["vcpus"] == total * 1000
        assert hosts.limits(connection, others[0])["vcpus"] == own["vcpus"]
    ownership.compare(cluster.parts(first)["host"])                 # it registers again, and keeps the ratio
    with session.reader() as connection:
        assert hosts.limits(connection, first)["vcpus"] == total * 1000
