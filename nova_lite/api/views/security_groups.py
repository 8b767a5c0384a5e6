"""Security groups as clients saw them before 2.36, and as a server's still are.

A rule of theirs lets in: what lets out is not shown, as it never could be asked for.
"""
_ALL_PORTS = {"tcp": (1, 65535), "udp": (1, 65535)}


def sources(groups: list[dict]) -> set[str]:
    """Ids of groups that are named by rules of others."""
    named = {rule["remote_group_id"] for group in groups for rule in group["security_group_rules"]}
    return named - {None} - {group["id"] for group in groups}


def index(groups: list[dict], others: dict[str, dict]) -> dict:
    """``groups``: Neutron's bodies; ``others``: those that their rules name, by id."""
    known = {**others, **{group["id"]: group for group in groups}}
    return {"security_groups": sorted((show(group, known) for group in groups),
                                      key=lambda group: (group["tenant_id"], group["name"]))}


def show(group: dict, known: dict[str, dict]) -> dict:
    """A rule whose source has gone meanwhile is not shown."""
    return {"id": group["id"], "name": group["name"], "description": group["description"],
            "tenant_id": group["project_id"],
            "rules": [rule(item, known) for item in group["security_group_rules"] if item["direction"] == "ingress"
                      and (item["remote_group_id"] is None or item["remote_group_id"] in known)]}


def rule(item: dict, known: dict[str, dict]) -> dict:
    protocol, ports = item["protocol"], (item["port_range_min"], item["port_range_max"])
    if protocol and ports == (None, None):
        ports = _ALL_PORTS.get(protocol, (-1, -1))
    source = known.get(item["remote_group_id"])
    return {"id": item["id"], "parent_group_id": item["security_group_id"], "ip_protocol": protocol,
            "from_port": ports[0], "to_port": ports[1],
            "group": {"name": source["name"], "tenant_id": source["project_id"]} if source else {},
            "ip_range": {} if source else {"cidr": item["remote_ip_prefix"] or "0.0.0.0/0"}}
