"""Weighers: which host is best, with either sign, and where an aggregate says otherwise."""
import pytest

from nova_lite.conf import CONF
from nova_lite.scheduler.selection import choose
from nova_lite.scheduler.weighers.cpu import CPUWeigher
from nova_lite.scheduler.weighers.disk import DiskWeigher
from nova_lite.scheduler.weighers.hypervisor_version import HypervisorVersionWeigher
from nova_lite.scheduler.weighers.io_ops import IoOpsWeigher
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


def best(hosts, *weighers) -> str:
    [position] = choose(spec(), hosts, [], weighers, 1, 1).positions
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
    option("shuffle_best_same_weighed_hosts", False)
    assert {best(arrays(a={}, b={}, c={}), RAMWeigher()) for _ in range(20)} == {"a"}
