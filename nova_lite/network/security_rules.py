"""What security groups allow the ports of a host, and their floating IPs, put together from what Neutron tells.  Called
by the network client.

Four requests for any number of ports (of many, some more): the host's ports, their groups with the rules, the members
of groups that rules name, and the floating IPs.
"""
from nova_lite.context import RequestContext
from nova_lite.models import FloatingAddress, PortSecurity, SecurityRule
from nova_lite.network.neutron_http import NeutronHTTP

_MOST = 50                      # ids in a URL: one of a few KiB passes every server


def of_host(http: NeutronHTTP, context: RequestContext, host: str) -> list[PortSecurity]:
    """As ``NetworkClient.security``."""
    ports = http.list(context, "ports", **{"binding:host_id": host, "fields": ["id", "security_groups"]})
    ids = sorted({group for port in ports for group in port["security_groups"]})
    groups = http.list(context, "security-groups", id=ids, fields=["id", "security_group_rules"]) if ids else []
    rules = {group["id"]: [rule for rule in group["security_group_rules"] if rule["ethertype"] == "IPv4"]
             for group in groups}
    members = _members(http, context, sorted({rule["remote_group_id"] for found in rules.values() for rule in found
                                              if rule["remote_group_id"]}))
    floating = _floating(http, context, sorted(port["id"] for port in ports))
    return [PortSecurity(port["id"], tuple(sorted(
        {_rule(rule, members) for group in port["security_groups"] for rule in rules.get(group, ())}, key=repr)),
        tuple(sorted(floating.get(port["id"], ()), key=repr))) for port in sorted(ports, key=lambda port: port["id"])]


def _members(http, context, groups: list[str]) -> dict[str, tuple[str, ...]]:
    """{group: addresses of its ports}"""
    found: dict[str, set[str]] = {group: set() for group in groups}
    for start in range(0, len(groups), _MOST):
        for port in http.list(context, "ports", security_groups=groups[start:start + _MOST],
                              fields=["id", "security_groups", "fixed_ips"]):
            for group in found.keys() & set(port["security_groups"]):
                found[group] |= {ip["ip_address"] for ip in port["fixed_ips"] if ":" not in ip["ip_address"]}
    return {group: tuple(sorted(addresses)) for group, addresses in found.items()}


def _floating(http, context, ports: list[str]) -> dict[str, list[FloatingAddress]]:
    """{port: floating IPs}, without those that a router of Neutron's translates."""
    found: dict[str, list[FloatingAddress]] = {}
    for start in range(0, len(ports), _MOST):
        for item in http.list(context, "floatingips", port_id=ports[start:start + _MOST]):
            if item["router_id"] is None:
                found.setdefault(item["port_id"], []).append(
                    FloatingAddress(item["floating_ip_address"], item["fixed_ip_address"]))
    return found


def _rule(rule: dict, members: dict[str, tuple[str, ...]]) -> SecurityRule:
    remotes = None
    if rule["remote_group_id"]:
        remotes = members[rule["remote_group_id"]]
    elif rule["remote_ip_prefix"]:
        remotes = (rule["remote_ip_prefix"],)
    return SecurityRule(rule["direction"], rule["protocol"], rule["port_range_min"], rule["port_range_max"], remotes)
