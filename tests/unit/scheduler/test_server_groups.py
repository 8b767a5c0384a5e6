"""The hosts that a server's group leaves, and those it would rather have."""
import collections

import pytest

from nova_lite.models import Flavor, RequestSpec
from nova_lite.models.server_group import AFFINITY, ANTI_AFFINITY, SOFT_AFFINITY, SOFT_ANTI_AFFINITY, GroupHosts
from nova_lite.scheduler.filters.server_group import ServerGroupAffinityFilter, ServerGroupAntiAffinityFilter
from nova_lite.scheduler.hosts import NUMBERS
from nova_lite.scheduler.selection import choose
from nova_lite.scheduler.weighers.server_group import (
    ServerGroupSoftAffinityWeigher,
    ServerGroupSoftAntiAffinityWeigher,
)
from tests.unit.scheduler import clouds

FILTERS = [(cls.__name__, cls()) for cls in (ServerGroupAffinityFilter, ServerGroupAntiAffinityFilter)]
WEIGHERS = [ServerGroupSoftAffinityWeigher(), ServerGroupSoftAntiAffinityWeigher()]


def chosen(policy: str, count: int, most: int = 1, **hosts: int) -> list[str]:
    """Of the hosts a, b and c, those of ``count`` new members; ``hosts``: how many members are where."""
    arrays = clouds.arrays(**{name: dict.fromkeys(NUMBERS, 9) | {"vcpus_used": 0} for name in "abc"})
    spec = RequestSpec(orders=(), flavor=Flavor("1", "f", 1, 1, 1), group=GroupHosts("g", policy, most, hosts))
    choice = choose(spec, arrays, FILTERS, WEIGHERS, 1, count)
    return [arrays.names[position] for position in choice.positions]


def spread(names) -> list[int]:
    return sorted(collections.Counter(names).values())


def test_affinity():
    assert chosen(AFFINITY, 3, b=1) == ["b", "b", "b"]
    assert spread(chosen(AFFINITY, 3)) == [3]


def test_anti_affinity():
    assert sorted(chosen(ANTI_AFFINITY, 2, b=1)) == ["a", "c"]
    assert spread(chosen(ANTI_AFFINITY, 5)) == [1, 1, 1]
    assert sorted(chosen(ANTI_AFFINITY, 9, most=2, b=1)) == ["a", "a", "b", "c", "c"]


def test_soft_forms_never_run_out_of_hosts():
    assert spread(chosen(SOFT_ANTI_AFFINITY, 6)) == [2, 2, 2]
    assert sorted(chosen(SOFT_ANTI_AFFINITY, 2, b=1)) == ["a", "c"]
    assert chosen(SOFT_AFFINITY, 4, c=2) == ["c"] * 4


@pytest.mark.parametrize("policy", [AFFINITY, ANTI_AFFINITY, SOFT_AFFINITY, SOFT_ANTI_AFFINITY])
def test_a_host_that_is_gone_is_no_matter(policy):
    """Of the hard forms affinity alone has nowhere else to go."""
    assert len(chosen(policy, 1, gone=1)) == (policy != AFFINITY)
