"""Floating IPs: an address of an external network that stands for a fixed one of a port.

Each has a port of its own in the external network, which holds its address.  A router between the two networks, which
Neutron asks for, is not needed: every network here reaches the outside by its host.
"""
import ipaddress
import uuid

import sqlalchemy as sa

from nova_lite.context import RequestContext
from nova_lite.embedded.errors import bad_request, conflict, forbidden
from nova_lite.embedded.network import addresses, compute_events, ports, views
from nova_lite.embedded.network.attributes import REQUIRED, Attribute, address, only, or_none, text, uuid_text
from nova_lite.embedded.network.networks import NETWORKS
from nova_lite.embedded.network.resource import Resource, new_row
from nova_lite.embedded.tables import addresses as address_table
from nova_lite.embedded.tables import floating_ips, subnets
from nova_lite.embedded.tables import ports as port_table

OWNER = "network:floatingip"
CONSTANTS = {"router_id": None}
ATTRIBUTES = {
    "description": Attribute(text(), ""),
    "floating_network_id": Attribute(uuid_text, REQUIRED, put=False),
    "floating_ip_address": Attribute(or_none(address), None, put=False, admin=True),
    "subnet_id": Attribute(or_none(uuid_text), None, put=False),
    "port_id": Attribute(or_none(uuid_text), None), "fixed_ip_address": Attribute(or_none(address), None),
    "router_id": Attribute(only(None), None, put=False),
}


def visible(context: RequestContext):
    return sa.true() if context.is_admin else floating_ips.c.project_id == context.project_id


def view(connection, rows, _context) -> list[dict]:
    own = {row.port_id: row.address for row in connection.execute(sa.select(address_table).where(
        address_table.c.port_id.in_([row.own_port_id for row in rows])))} if rows else {}
    return [{**views.common(row), **CONSTANTS, "floating_network_id": row.floating_network_id, "port_id": row.port_id,
             "floating_ip_address": addresses.text(own[row.own_port_id]),
             "fixed_ip_address": None if row.port_id is None else addresses.text(row.fixed_address),
             "status": "DOWN" if row.port_id is None else "ACTIVE"} for row in rows]


def insert(connection, context: RequestContext, values: dict) -> str:
    network = NETWORKS.row(connection, context, values["floating_network_id"])
    if not network.external:
        raise bad_request(f"Bad floatingip request: Network {network.id} is not a valid external network.")
    id, own_port = str(uuid.uuid4()), str(uuid.uuid4())
    wanted = {key: value for key, value in (("ip_address", values["floating_ip_address"]),
                                            ("subnet_id", values["subnet_id"])) if value}
    if not connection.execute(sa.select(subnets.c.id).where(subnets.c.network_id == network.id).limit(1)).first():
        raise bad_request(f"Bad floatingip request: Network {network.id} does not contain any IPv4 subnet.")
    ports.insert_own(connection, own_port, network.id, OWNER, id, [wanted] if wanted else None)
    target = {"port_id": None, "fixed_address": None}
    if values["port_id"]:
        target = _target(connection, context, id, values["port_id"], values["fixed_ip_address"])
    connection.execute(floating_ips.insert().values(
        id=id, project_id=values["project_id"], description=values["description"],
        floating_network_id=network.id, own_port_id=own_port, **target, **new_row()))
    return id


def _target(connection, context: RequestContext, id: str, port_id: str, fixed_ip: str | None) -> dict:
    """The columns that say for which address it stands.  Raises ApiError (400, 403, 404, 409)."""
    port = ports.PORTS.row(connection, context, port_id)
    if not context.is_admin and port.project_id != context.project_id:
        raise forbidden(f"Port {port_id} belongs to another project.")
    # the port's row is locked, so that of two floating IPs for one address one is refused
    connection.execute(sa.select(port_table.c.id).where(port_table.c.id == port_id).with_for_update())
    held = sorted(connection.execute(sa.select(address_table.c.address)
                                     .where(address_table.c.port_id == port_id)).scalars())
    chosen = addresses.number(fixed_ip) if fixed_ip else next(iter(held), None)
    if chosen is None or chosen not in held:
        raise bad_request(f"Bad floatingip request: Port {port_id} does not have fixed ip {fixed_ip or 'at all'}.")
    if connection.execute(sa.select(floating_ips.c.id).where(
            floating_ips.c.port_id == port_id, floating_ips.c.fixed_address == chosen,
            floating_ips.c.id != id)).first():
        raise conflict(f"Cannot associate floating IP with port {port_id} using fixed IP {addresses.text(chosen)}, as "
                       "that fixed IP already has a floating IP.", "FloatingIPPortAlreadyAssociated")
    return {"port_id": port_id, "fixed_address": chosen}


def change(connection, context: RequestContext, row, values: dict) -> dict:
    changes = {key: values[key] for key in ("description",) if key in values}
    port_id = values.get("port_id", row.port_id)
    if port_id is None:
        if values.get("fixed_ip_address"):
            raise bad_request("Bad floatingip request: fixed_ip_address cannot be specified without a port_id.")
        return {**changes, "port_id": None, "fixed_address": None} if "port_id" in values else changes
    if "port_id" in values or "fixed_ip_address" in values:
        changes |= _target(connection, context, row.id, port_id, values.get("fixed_ip_address"))
    return changes


def remove(connection, _context, row) -> None:
    """Its own port takes it along."""
    ports.remove_own(connection, row.own_port_id)


def _after(before, changed: dict | None) -> None:
    compute_events.tell((before and before.port_id, changed and changed["port_id"]))


def _by_address(values: list[str]):
    return floating_ips.c.own_port_id.in_(sa.select(address_table.c.port_id).where(
        address_table.c.address.in_(_numbers(values)), address_table.c.port_id.is_not(None)))


def _by_fixed(values: list[str]):
    return sa.and_(floating_ips.c.port_id.is_not(None), floating_ips.c.fixed_address.in_(_numbers(values)))


def _numbers(values: list[str]) -> list[int]:
    try:
        found = [ipaddress.ip_address(value) for value in values]
    except ValueError as exc:
        raise bad_request(f"{exc}", "HTTPBadRequest") from exc
    return [int(item) if item.version == 4 else ports.NOBODYS for item in found]


def _by_status(values: list[str]):
    return sa.or_(floating_ips.c.port_id.is_not(None) if "ACTIVE" in values else sa.false(),
                  floating_ips.c.port_id.is_(None) if "DOWN" in values else sa.false())


FLOATING_IPS = Resource("floatingip", "floatingips", "FloatingIP", "Floating IP", floating_ips, ATTRIBUTES, visible,
                        view, insert, remove, change, after=_after, constants=CONSTANTS,
                        special={"floating_ip_address": _by_address, "fixed_ip_address": _by_fixed,
                                 "status": _by_status})
