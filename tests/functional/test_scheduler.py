"""The scheduler's arrays follow what operators change, and its filters what the arrays say."""
import pytest

from nova_lite import failpoints
from nova_lite.db import aggregates, hosts, session
from nova_lite.scheduler import filters
from tests.functional.cluster import FAILED


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


def test_a_flavor_says_what_it_claims(cluster):
    """The host counts so, too, and the audit of the fixture compares."""
    flavor = cluster.flavor.replace(extra_specs={"resources:VCPU": "3", "resources:MEMORY_MB": "0"})
    server = cluster.made(flavor=flavor)
    usage = cluster.usage(server.host)
    assert (usage["vcpus"], usage["memory_mb"], usage["local_gb"]) == (3, 0, flavor.disk_gb)
    server = cluster.made(FAILED, flavor=flavor.replace(extra_specs={"resources:CUSTOM_GPU": "1"}))
    assert "ResourceFilter removed 3" in server.fault.details
