"""Absolute limits under the names of Nova's first API, and the list of rate limits that is always empty."""
from nova_lite.models.quota import Quota

# (name, resource, first version without it)
_LIMITS = (
    ("maxTotalInstances", "instances", None), ("maxTotalCores", "cores", None), ("maxTotalRAMSize", "ram", None),
    ("maxTotalKeypairs", "key_pairs", None), ("maxServerMeta", "metadata_items", None),
    ("maxServerGroups", "server_groups", None), ("maxServerGroupMembers", "server_group_members", None),
    ("maxImageMeta", "metadata_items", "2.39"), ("maxPersonality", "injected_files", "2.57"),
    ("maxPersonalitySize", "injected_file_content_bytes", "2.57"), ("maxTotalFloatingIps", "floating_ips", "2.36"),
    ("maxSecurityGroups", "security_groups", "2.36"), ("maxSecurityGroupRules", "security_group_rules", "2.36"),
)


def show(request, quota: Quota) -> dict:
    absolute = {name: quota.limits[resource] for name, resource, gone in _LIMITS
                if gone is None or request.version < gone}
    absolute |= {"totalInstancesUsed": quota.used.instances, "totalCoresUsed": quota.used.cores,
                 "totalRAMUsed": quota.used.ram, "totalServerGroupsUsed": quota.used.server_groups}
    if request.version < "2.36":
        absolute |= {"totalFloatingIpsUsed": 0, "totalSecurityGroupsUsed": 0}
    return {"limits": {"rate": [], "absolute": absolute}}
