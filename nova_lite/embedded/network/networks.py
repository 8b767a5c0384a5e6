"""Networks: each becomes a Linux bridge on the hosts that have guests in it."""
import uuid

import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_lite.context import RequestContext
from nova_lite.embedded.errors import conflict
from nova_lite.embedded.network import addresses, views
from nova_lite.embedded.network.attributes import Attribute, boolean, only, text, whole
from nova_lite.embedded.network.resource import Resource, new_row
from nova_lite.embedded.tables import floating_ips, networks, ports, subnets

MTU = 1450          # fits a VXLAN tunnel in an Ethernet frame, as Neutron's default does
CONSTANTS = {"status": "ACTIVE", "port_security_enabled": True,
             "ipv4_address_scope": None, "ipv6_address_scope": None}
COLUMNS = {"router:external": "external"}
ATTRIBUTES = {
    "name": Attribute(text(), ""), "description": Attribute(text(), ""),
    "admin_state_up": Attribute(boolean, True), "shared": Attribute(boolean, False, admin=True),
    "mtu": Attribute(whole(68, 9000), MTU),
    "router:external": Attribute(boolean, False, admin=True), "port_security_enabled": Attribute(only(True), True),
}


def visible(context: RequestContext):
    if context.is_admin:
        return sa.true()
    return sa.or_(networks.c.project_id == context.project_id, networks.c.shared, networks.c.external)


def view(connection, rows, _context) -> list[dict]:
    by_network: dict[str, list[str]] = {}
    if rows:
        for row in connection.execute(sa.select(subnets.c.network_id, subnets.c.id).order_by(subnets.c.created_at)
                                      .where(subnets.c.network_id.in_([row.id for row in rows]))):
            by_network.setdefault(row.network_id, []).append(row.id)
    return [{**views.common(row), **CONSTANTS, "name": row.name, "admin_state_up": row.admin_state_up,
             "shared": row.shared, "router:external": row.external, "mtu": row.mtu,
             "subnets": by_network.get(row.id, []), "availability_zone_hints": [], "availability_zones": []}
            for row in rows]


def insert(connection, _context, values: dict) -> str:
    id = str(uuid.uuid4())
    connection.execute(networks.insert().values(id=id, **_columns(values), **new_row()))
    return id


def _columns(values: dict) -> dict:
    return {COLUMNS.get(key, key): value for key, value in values.items() if key not in CONSTANTS}


def change(connection, _context, row, values: dict) -> dict:
    if values.get("router:external") is False and connection.execute(sa.select(floating_ips.c.id).where(
            floating_ips.c.floating_network_id == row.id).limit(1)).first():
        raise conflict(f"External network {row.id} cannot be updated to be made non-external, since it has existing "
                       "floating IPs.", "ExternalNetworkInUse")
    return _columns(values)


def remove(connection, _context, row) -> None:
    in_use = conflict(f"Unable to complete operation on network {row.id}. There are one or more ports still in use "
                      "on the network.", "NetworkInUse")
    if connection.execute(sa.select(ports.c.id).where(ports.c.network_id == row.id).limit(1)).first():
        raise in_use
    try:
        for subnet in connection.execute(sa.select(subnets).where(subnets.c.network_id == row.id)).all():
            addresses.release_gateway(connection, subnet.id)
        connection.execute(subnets.delete().where(subnets.c.network_id == row.id))
        connection.execute(networks.delete().where(networks.c.id == row.id))
    except db_exc.DBReferenceError as exc:      # a port was made in between
        raise in_use from exc


NETWORKS = Resource("network", "networks", "Network", "Network", networks, ATTRIBUTES, visible, view, insert, remove,
                    change, columns=COLUMNS, constants=CONSTANTS)
