"""Security groups and their rules.  A project gets its default group when it first needs one."""
import ipaddress
import uuid

import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_lite.context import RequestContext
from nova_lite.db import session
from nova_lite.embedded.errors import bad_request, conflict
from nova_lite.embedded.network import views
from nova_lite.embedded.network.attributes import (
    REQUIRED,
    Attribute,
    only,
    or_none,
    prefix,
    text,
    uuid_text,
    whole,
)
from nova_lite.embedded.network.resource import Resource, new_row
from nova_lite.embedded.tables import security_group_rules as rules
from nova_lite.embedded.tables import security_groups as groups

PROTOCOLS = ("ah", "dccp", "egp", "esp", "gre", "icmp", "icmpv6", "igmp", "ipip", "ipv6-encap", "ipv6-frag",
             "ipv6-icmp", "ipv6-nonxt", "ipv6-opts", "ipv6-route", "ospf", "pgm", "rsvp", "sctp", "tcp", "udp",
             "udplite", "vrrp")
_WITH_PORTS = ("tcp", "udp", "sctp", "dccp", "udplite", "6", "17", "132", "33", "136")
_ICMP = ("icmp", "icmpv6", "ipv6-icmp", "1", "58")


def protocol(value):
    """A name or a number as text; "any" and None are all protocols."""
    if value in (None, "any", "", "0", 0):
        return None
    name = str(value).lower()
    if name not in PROTOCOLS and not (name.isascii() and name.isdigit() and int(name) <= 255):
        raise ValueError(f"'{value}' is not a protocol")
    return name


GROUP_ATTRIBUTES = {"name": Attribute(text(), ""), "description": Attribute(text(), ""),
                    "stateful": Attribute(only(True), True)}
_PORT = or_none(whole(0, 65535))
RULE_ATTRIBUTES = {
    "security_group_id": Attribute(uuid_text, REQUIRED, put=False),
    "direction": Attribute(only("ingress", "egress"), REQUIRED, put=False),
    "ethertype": Attribute(only("IPv4", "IPv6"), "IPv4", put=False),
    "protocol": Attribute(protocol, None, put=False),
    "port_range_min": Attribute(_PORT, None, put=False), "port_range_max": Attribute(_PORT, None, put=False),
    "remote_ip_prefix": Attribute(or_none(prefix), None, put=False),
    "remote_group_id": Attribute(or_none(uuid_text), None, put=False),
    "remote_address_group_id": Attribute(only(None), None, put=False),
    "description": Attribute(text(), ""),
}


def _visible(table):
    return lambda context: sa.true() if context.is_admin else table.c.project_id == context.project_id


def _network(prefix: str):
    return ipaddress.ip_network(prefix, strict=False)


def view_rules(_connection, rows, _context) -> list[dict]:
    return [{**views.common(row), "security_group_id": row.security_group_id, "direction": row.direction,
             "ethertype": row.ethertype, "protocol": row.protocol, "port_range_min": row.port_range_min,
             "port_range_max": row.port_range_max, "remote_ip_prefix": row.remote_ip_prefix,
             "normalized_cidr": row.remote_ip_prefix and str(_network(row.remote_ip_prefix)),
             "remote_group_id": row.remote_group_id, "remote_address_group_id": None,
             "belongs_to_default_sg": False} for row in rows]


def view_groups(connection, rows, context) -> list[dict]:
    by_group: dict[str, list] = {}
    if rows:
        for rule in connection.execute(sa.select(rules).where(rules.c.security_group_id.in_([row.id for row in rows]))
                                       .order_by(rules.c.created_at, rules.c.id)):
            by_group.setdefault(rule.security_group_id, []).append(rule)
    return [{**views.common(row), "name": row.name, "stateful": row.stateful, "shared": False,
             "security_group_rules": view_rules(connection, by_group.get(row.id, ()), context)} for row in rows]


def ensure_default(connection, project_id: str) -> str:
    """The id of the project's default group, made here if there is none yet."""
    found = connection.execute(sa.select(groups.c.id).where(groups.c.default_of == project_id)).scalar()
    if found:
        return found
    try:
        return _insert_group(connection, project_id, "default", "Default security group", default_of=project_id)
    except db_exc.DBDuplicateEntry as exc:
        raise db_exc.RetryRequest(exc) from exc


def prepare(context: RequestContext) -> None:
    """A list shows the default group even before anything used it."""
    with session.reader() as connection:
        if connection.execute(sa.select(groups.c.id).where(groups.c.default_of == context.project_id)).scalar():
            return
    session.transaction(ensure_default)(context.project_id)


def _insert_group(connection, project_id: str, name: str, description: str, default_of: str | None = None) -> str:
    id = str(uuid.uuid4())
    connection.execute(groups.insert().values(id=id, project_id=project_id, name=name, description=description,
                                              stateful=True, default_of=default_of, **new_row()))
    for ethertype in ("IPv4", "IPv6"):
        _insert_rule(connection, project_id, id, "egress", ethertype)
        if default_of:
            _insert_rule(connection, project_id, id, "ingress", ethertype, remote_group_id=id)
    return id


def _insert_rule(connection, project_id: str, group_id: str, direction: str, ethertype: str, **more) -> str:
    id = str(uuid.uuid4())
    values = {"description": "", "protocol": None, "port_range_min": None, "port_range_max": None,
              "remote_ip_prefix": None, "remote_group_id": None, **more}
    connection.execute(rules.insert().values(id=id, project_id=project_id, security_group_id=group_id,
                                             direction=direction, ethertype=ethertype, **values, **new_row()))
    return id


def insert_group(connection, _context, values: dict) -> str:
    if values["name"] == "default":
        raise conflict("Default security group already exists.", "SecurityGroupDefaultAlreadyExists")
    return _insert_group(connection, values["project_id"], values["name"], values["description"])


def change_group(_connection, _context, row, values: dict) -> dict:
    if row.default_of and values.get("name", row.name) != row.name:
        raise conflict("Updating default security group not allowed.", "SecurityGroupCannotUpdateDefault")
    return {key: value for key, value in values.items() if key != "stateful"}


def remove_group(connection, context, row) -> None:
    if row.default_of and not context.is_admin:
        raise conflict("Insufficient rights for removing default security group.", "SecurityGroupCannotRemoveDefault")
    try:
        connection.execute(groups.delete().where(groups.c.id == row.id))
    except db_exc.DBReferenceError as exc:
        raise conflict(f"Security Group {row.id} in use.", "SecurityGroupInUse") from exc


def _check_rule(values: dict) -> None:
    low, high, name = values["port_range_min"], values["port_range_max"], values["protocol"]
    if values["remote_ip_prefix"] and values["remote_group_id"]:
        raise bad_request("Only remote_ip_prefix or remote_group_id may be provided.",
                          "SecurityGroupRemoteGroupAndRemoteIpPrefix")
    if low is not None or high is not None:
        if name in _ICMP:
            if low is None or max(low, high or 0) > 255:
                raise bad_request("ICMP type and code are numbers from 0 to 255, and a code needs a type.",
                                  "SecurityGroupInvalidIcmpValue")
        elif name not in _WITH_PORTS:
            raise bad_request("Must also specify protocol if port range is given.",
                              "SecurityGroupProtocolRequiredWithPorts")
        elif low is None or high is None or low > high:
            raise bad_request("For TCP/UDP protocols, port_range_min must be <= port_range_max",
                              "SecurityGroupInvalidPortRange")
    if values["remote_ip_prefix"]:
        version = _network(values["remote_ip_prefix"]).version
        if values["ethertype"] != f"IPv{version}":
            raise bad_request(f"Conflicting value ethertype {values['ethertype']} for CIDR "
                              f"{values['remote_ip_prefix']}", "SecurityGroupRuleParameterConflict")


def insert_rule(connection, context: RequestContext, values: dict) -> str:
    _check_rule(values)
    values = {key: value for key, value in values.items() if key != "remote_address_group_id"}
    group = GROUPS.row(connection, context, values["security_group_id"])
    if values["remote_group_id"]:
        GROUPS.row(connection, context, values["remote_group_id"])
    same = [rules.c[key] == value if value is not None else rules.c[key].is_(None)
            for key, value in values.items() if key not in ("description", "project_id")]
    # The group's row is locked, so that of two equal rules made at once one is refused.
    connection.execute(sa.select(groups.c.id).where(groups.c.id == group.id).with_for_update())
    found = connection.execute(sa.select(rules.c.id).where(*same)).scalar()
    if found:
        raise conflict(f"Security group rule already exists. Rule id is {found}.", "SecurityGroupRuleExists")
    more = {key: value for key, value in values.items()
            if key not in ("project_id", "security_group_id", "direction", "ethertype")}
    return _insert_rule(connection, group.project_id, group.id, values["direction"], values["ethertype"], **more)


GROUPS = Resource("security_group", "security_groups", "SecurityGroup", "Security group", groups, GROUP_ATTRIBUTES,
                  _visible(groups), view_groups, insert_group, remove_group, change_group, prepare)
RULES = Resource("security_group_rule", "security_group_rules", "SecurityGroupRule", "Security group rule", rules,
                 RULE_ATTRIBUTES, _visible(rules), view_rules, insert_rule, lambda *_args: None, prepare=prepare)
