"""Weighers: which host is best, with either sign, and where an aggregate says otherwise."""
import pytest

from nova_lite.conf import CONF
from nova_lite.scheduler.filters.metrics import MetricsFilter
from nova_lite.scheduler.selection import choose
from nova_lite.scheduler.weighers.cpu import CPUWeigher
from nova_lite.scheduler.weighers.cross_host import CrossHostWeigher
from nova_lite.scheduler.weighers.disk import DiskWeigher
from nova_lite.scheduler.weighers.hypervisor_version import HypervisorVersionWeigher
from nova_lite.scheduler.weighers.io_ops import IoOpsWeigher
from nova_lite.scheduler.weighers.metrics import MetricsWeigher
from nova_lite.scheduler.weighers.num_instances import NumInstancesWeigher
from nova_lite.scheduler.weighers.ram import RAMWeigher
from tests.unit.scheduler.clouds import arrays, spec


@pytest.fixture
def option():
    """option(name, value): of [scheduler], until the test's end."""
    names = []

    def override(name, value):
        CONF.set_override(name, value, group="scheduler")
        names.append(name)
    yield override
    for name in names:
        CONF.clear_override(name, group="scheduler")


def best(hosts, *weighers, **changes) -> str:
    [position] = choose(spec(**changes), hosts, [], weighers, 1, 1).positions
    return hosts.names[position]


@pytest.mark.parametrize("weigher, high", [
    (RAMWeigher(), {"memory_mb_limit": 9999}), (CPUWeigher(), {"vcpus_limit": 99}),
    (DiskWeigher(), {"local_gb_limit": 999}), (NumInstancesWeigher(), {"running_vms": 5}),
    (HypervisorVersionWeigher(), {"hypervisor_version": 9000000})], ids=lambda found: type(found).__name__)
def test_more_is_better_or_worse(option, weigher, high):
    option(weigher.option, 2.0)
    assert best(arrays(low={}, high=high), weigher) == "high"
    option(weigher.option, -2.0)
    assert best(arrays(low={}, high=high), weigher) == "low"


def test_busy_hosts_are_left_alone():
    assert best(arrays({"busy": 2}, busy={"memory_mb_limit": 9999}, idle={}), IoOpsWeigher()) == "idle"


def test_a_server_that_moves_stays_or_goes_if_it_is_wished(option):
    hosts = {"here": {}, "there": {"memory_mb_limit": 9999}}
    assert best(arrays(**hosts), CrossHostWeigher(), RAMWeigher(), source_host="here") == "there"
    option("cross_host_move_weight_multiplier", 2.0)
    assert best(arrays(**hosts), CrossHostWeigher(), RAMWeigher(), source_host="here") == "here"
    assert best(arrays(**hosts), CrossHostWeigher(), RAMWeigher(), source_host="gone") == "there"
    assert best(arrays(**hosts), CrossHostWeigher(), RAMWeigher()) == "there"


def test_metrics_count_as_the_setting_says():
    hosts = arrays(idle={"metrics": '{"cpu.percent": 0.1, "cpu.frequency": 2000}'},
                   busy={"metrics": '{"cpu.percent": 0.9, "cpu.frequency": 3000}'}, silent={"memory_mb_limit": 9999})
    assert best(hosts, MetricsWeigher(), RAMWeigher()) == "silent" and MetricsFilter().hosts(spec(), hosts) is None
    for setting, expected in ((["cpu.percent=-1.0"], "idle"), (["cpu.percent=1"], "busy"),
                              (["cpu.percent=-1.0", "cpu.frequency=0.1"], "busy")):
        CONF.set_override("weight_setting", setting, group="metrics")
        try:
            assert best(hosts, MetricsWeigher()) == expected
            assert list(hosts.names[MetricsFilter().hosts(spec(), hosts)]) == ["idle", "busy"]
        finally:
            CONF.clear_override("weight_setting", group="metrics")
    with pytest.raises(ValueError):
        CONF.set_override("weight_setting", ["cpu.percent"], group="metrics")


def test_an_aggregate_has_a_multiplier_of_its_own(option):
    option("ram_weight_multiplier", 1.0)
    hosts = {"plain": {"memory_mb_limit": 5000}, "low": {}, "large": {"memory_mb_limit": 9999}}
    assert best(arrays(**hosts), RAMWeigher()) == "large"
    hosts["large"]["aggregate_metadata"] = {"ram_weight_multiplier": ["-1.0", "3"]}
    assert best(arrays(**hosts), RAMWeigher()) == "plain"
    hosts["large"]["aggregate_metadata"] = {"ram_weight_multiplier": ["nonsense"]}
    assert best(arrays(**hosts), RAMWeigher()) == "large"


def test_the_best_of_equals(option):
    names = {best(arrays(a={}, b={}, c={}), RAMWeigher()) for _ in range(60)}
    assert len(names) > 1
    hosts = {"a": {}, "low": {"memory_mb_limit": 1}, "c": {}, "d": {}}
    assert {best(arrays(**hosts), RAMWeigher()) for _ in range(60)} == {"a", "c", "d"}
    option("shuffle_best_same_weighed_hosts", False)
    assert {best(arrays(a={}, b={}, c={}), RAMWeigher()) for _ in range(20)} == {"a"}
