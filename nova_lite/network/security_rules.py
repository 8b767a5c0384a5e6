"""What security groups allow the ports of a host, put together from what Neutron tells.  Called by the network client.

Three requests for any number of ports: the host's ports, their groups with the rules, and the members of groups that
rules name.
"""
from nova_lite.context import RequestContext
from nova_lite.models import PortSecurity, SecurityRule
from nova_lite.network.neutron_http import NeutronHTTP

_MOST_GROUPS = 50               # a URL of a few KiB passes every server


def of_host(http: NeutronHTTP, context: RequestContext, host: str) -> list[PortSecurity]:
    """As ``NetworkClient.security``."""
    ports = http.list(context, "ports", **{"binding:host_id": host, "fields": ["id", "security_groups"]})
    ids = sorted({group for port in ports for group in port["security_groups"]})
    groups = http.list(context, "security-groups", id=ids, fields=["id", "security_group_rules"]) if ids else []
    rules = {group["id"]: [rule for rule in group["security_group_rules"] if rule["ethertype"] == "IPv4"]
             for group in groups}
    members = _members(http, context, sorted({rule["remote_group_id"] for found in rules.values() for rule in found
                                              if rule["remote_group_id"]}))
    return [PortSecurity(port["id"], tuple(sorted(
        {_rule(rule, members) for group in port["security_groups"] for rule in rules.get(group, ())}, key=repr)))
        for port in sorted(ports, key=lambda port: port["id"])]


def _members(http, context, groups: list[str]) -> dict[str, tuple[str, ...]]:
    """{group: addresses of its ports}"""
    found: dict[str, set[str]] = {group: set() for group in groups}
    for start in range(0, len(groups), _MOST_GROUPS):
        for port in http.list(context, "ports", security_groups=groups[start:start + _MOST_GROUPS],
                              fields=["id", "security_groups", "fixed_ips"]):
            for group in found.keys() & set(port["security_groups"]):
                found[group] |= {ip["ip_address"] for ip in port["fixed_ips"] if ":" not in ip["ip_address"]}
    return {group: tuple(sorted(addresses)) for group, addresses in found.items()}


def _rule(rule: dict, members: dict[str, tuple[str, ...]]) -> SecurityRule:
    remotes = None
    if rule["remote_group_id"]:
        remotes = members[rule["remote_group_id"]]
    elif rule["remote_ip_prefix"]:
        remotes = (rule["remote_ip_prefix"],)
    return SecurityRule(rule["direction"], rule["protocol"], rule["port_range_min"], rule["port_range_max"], remotes)
