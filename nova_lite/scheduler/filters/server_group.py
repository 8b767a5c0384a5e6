"""ServerGroupAffinityFilter and ServerGroupAntiAffinityFilter: the hosts that a server's group leaves.

Only a forecast, as with room: the claim looks again under the group's lock.
"""
from nova_lite.models.server_group import AFFINITY, ANTI_AFFINITY


class ServerGroupAffinityFilter:
    """Where members of the server's affinity group are."""

    def hosts(self, spec, arrays):
        group = spec.group
        if group is None or group.policy != AFFINITY or not group.hosts:
            return None
        return arrays.among(group.hosts)


class ServerGroupAntiAffinityFilter:
    """Where fewer members of the server's anti-affinity group are than its rule says."""

    def hosts(self, spec, arrays):
        group = spec.group
        if group is None or group.policy != ANTI_AFFINITY:
            return None
        return ~arrays.among([host for host, count in group.hosts.items() if count >= group.max_per_host])
