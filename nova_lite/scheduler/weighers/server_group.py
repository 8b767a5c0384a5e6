"""ServerGroupSoftAffinityWeigher and ServerGroupSoftAntiAffinityWeigher: towards a group's members, or away."""
import numpy

from nova_lite.models.server_group import SOFT_AFFINITY, SOFT_ANTI_AFFINITY
from nova_lite.scheduler.weighers import Weigher


def _members(spec, arrays, policy: str):
    """How many members of the group each host has; None when its policy is another."""
    if spec.group is None or spec.group.policy != policy:
        return None
    members = numpy.zeros(len(arrays))
    for host, count in spec.group.hosts.items():
        if host in arrays.index:
            members[arrays.index[host]] = count
    return members


class ServerGroupSoftAffinityWeigher(Weigher):
    """Towards members of the server's soft-affinity group."""

    option = "soft_affinity_weight_multiplier"

    def weigh(self, spec, arrays):
        return _members(spec, arrays, SOFT_AFFINITY)


class ServerGroupSoftAntiAffinityWeigher(Weigher):
    """Away from members of the server's soft-anti-affinity group."""

    option = "soft_anti_affinity_weight_multiplier"

    def weigh(self, spec, arrays):
        members = _members(spec, arrays, SOFT_ANTI_AFFINITY)
        return None if members is None else -members
