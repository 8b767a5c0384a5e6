"""Ports: an interface of a server, with its MAC address, fixed addresses and security groups."""
import ipaddress
import random
import uuid

import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_lite.context import RequestContext
from nova_lite.embedded.errors import ApiError, bad_request, conflict, forbidden
from nova_lite.embedded.network import addresses, views
from nova_lite.embedded.network.attributes import (
    REQUIRED,
    Attribute,
    address,
    boolean,
    fields,
    items,
    mac,
    mapping,
    only,
    or_none,
    text,
    uuid_text,
)
from nova_lite.embedded.network.networks import NETWORKS
from nova_lite.embedded.network.resource import Resource, new_row
from nova_lite.embedded.network.security_groups import GROUPS, ensure_default
from nova_lite.embedded.tables import addresses as address_table
from nova_lite.embedded.tables import networks, port_security_groups, ports, subnets

MAC_PREFIX = (0xFA, 0x16, 0x3E)
_MOST_ADDRESSES = 5
_AUTO = "auto"
NOBODYS = -1                    # an address that no port has, as every IPv6 one is here
CONSTANTS = {"binding:vnic_type": "normal", "port_security_enabled": True, "propagate_uplink_status": False}
_FIXED_IP = fields({}, {"subnet_id": uuid_text, "ip_address": address})
ATTRIBUTES = {
    "name": Attribute(text(), ""), "description": Attribute(text(), ""),
    "network_id": Attribute(uuid_text, REQUIRED, put=False), "admin_state_up": Attribute(boolean, True),
    "mac_address": Attribute(or_none(mac), None), "fixed_ips": Attribute(items(_FIXED_IP), _AUTO),
    "device_id": Attribute(text(), ""), "device_owner": Attribute(text(), ""),
    "security_groups": Attribute(items(uuid_text), _AUTO),
    "binding:host_id": Attribute(lambda value: text()(value or ""), "", admin=True),
    "binding:profile": Attribute(mapping, {}, admin=True),
    "binding:vnic_type": Attribute(only("normal"), "normal"),
    "port_security_enabled": Attribute(only(True), True),
    "allowed_address_pairs": Attribute(only([], None), []), "extra_dhcp_opts": Attribute(only([], None), []),
}
COLUMNS = {"binding:host_id": "host_id", "binding:profile": "binding_profile"}
_LISTS = ("fixed_ips", "security_groups", "allowed_address_pairs", "extra_dhcp_opts")


def visible(context: RequestContext):
    if context.is_admin:
        return sa.true()
    mine = sa.select(networks.c.id).where(networks.c.project_id == context.project_id)
    return sa.or_(ports.c.project_id == context.project_id, ports.c.network_id.in_(mine))


def _grouped(connection, query) -> dict[str, list]:
    found: dict[str, list] = {}
    for row in connection.execute(query):
        found.setdefault(row.port_id, []).append(row)
    return found


def view(connection, rows, context: RequestContext) -> list[dict]:
    ids = [row.id for row in rows]
    fixed = _grouped(connection, sa.select(address_table).where(address_table.c.port_id.in_(ids))) if ids else {}
    groups = _grouped(connection, sa.select(port_security_groups)
                      .where(port_security_groups.c.port_id.in_(ids))) if ids else {}
    return [_view(row, fixed.get(row.id, ()), groups.get(row.id, ()), context) for row in rows]


def _view(row, fixed, groups, context: RequestContext) -> dict:
    body = {**views.common(row), **CONSTANTS, "name": row.name, "network_id": row.network_id,
            "mac_address": row.mac_address, "admin_state_up": row.admin_state_up, "device_id": row.device_id,
            "device_owner": row.device_owner, "status": "ACTIVE" if row.host_id else "DOWN",
            "fixed_ips": [{"subnet_id": item.subnet_id, "ip_address": addresses.text(item.address)} for item in fixed],
            "security_groups": [item.security_group_id for item in groups],
            "allowed_address_pairs": [], "extra_dhcp_opts": []}
    if context.is_admin:
        body |= {"binding:host_id": row.host_id, "binding:profile": row.binding_profile,
                 "binding:vif_type": "bridge" if row.host_id else "unbound", "binding:vif_details": {}}
    return body


def _columns(values: dict) -> dict:
    return {COLUMNS.get(key, key): value for key, value in values.items() if key not in CONSTANTS and key not in _LISTS}


def _check_device(context: RequestContext, values: dict, row=None) -> None:
    """Whose a port is decides whose metadata its guest is told, so only nova-lite itself may say that a port is a
    server's.  Raises ApiError (403)."""
    if context.is_admin:
        return
    owner = values.get("device_owner", "")
    if owner.startswith(("compute:", "network:")) or (
            row is not None and row.device_owner.startswith("compute:")
            and (values.get("device_id", row.device_id) != row.device_id or owner != row.device_owner)
            and ("device_id" in values or "device_owner" in values)):
        raise forbidden("Only an admin may set device_id and device_owner of a server's port.")


def insert(connection, context: RequestContext, values: dict) -> str:
    network = NETWORKS.row(connection, context, values["network_id"])
    own_network = context.is_admin or network.project_id == context.project_id
    if not own_network and not network.shared:
        raise forbidden("Only an admin makes ports in an external network; floating IPs are for everybody.")
    wanted = values["fixed_ips"]
    chooses_address = wanted != _AUTO and any("ip_address" in item for item in wanted)
    if not own_network and (values["mac_address"] or chooses_address):
        raise forbidden("Only the owner of a network chooses MAC and IP addresses of ports in it.")
    _check_device(context, values)
    id = str(uuid.uuid4())
    _insert_row(connection, id, values)
    for candidates, ip in _resolve(connection, network.id, wanted):
        _give(connection, network.id, candidates, ip, id)
    _add_groups(connection, context, id, values["project_id"], values["security_groups"])
    return id


def insert_own(connection, id: str, network_id: str, owner: str, device_id: str, wanted: list[dict] | None) -> None:
    """A port of the network service itself, which no project sees; ``wanted`` as ``fixed_ips``, None: any address."""
    _insert_row(connection, id, {"name": "", "description": "", "project_id": "", "network_id": network_id,
                                 "mac_address": None, "admin_state_up": True, "device_id": device_id,
                                 "device_owner": owner, "binding:host_id": "", "binding:profile": {}})
    for candidates, ip in _resolve(connection, network_id, wanted or _AUTO):
        _give(connection, network_id, candidates, ip, id)


def remove_own(connection, id: str) -> None:
    connection.execute(address_table.delete().where(address_table.c.port_id == id))
    connection.execute(ports.delete().where(ports.c.id == id))


def _insert_row(connection, id: str, values: dict) -> None:
    chosen = values["mac_address"]
    columns = _columns({**values, "mac_address": chosen or _random_mac()})
    if chosen and connection.execute(sa.select(ports.c.id).where(
            ports.c.network_id == values["network_id"], ports.c.mac_address == chosen)).first():
        raise _mac_in_use(values["network_id"], chosen)
    try:
        connection.execute(ports.insert().values(id=id, **columns, **new_row()))
    except db_exc.DBDuplicateEntry as exc:
        raise db_exc.RetryRequest(exc) from exc
    except db_exc.DBReferenceError as exc:      # the network was deleted in between
        raise NETWORKS.not_found(values["network_id"]) from exc


def _mac_in_use(network_id: str, value: str) -> ApiError:
    return conflict(f"Unable to complete operation for network {network_id}. The mac address {value} is in use.",
                    "MacAddressInUse")


def _random_mac() -> str:
    return ":".join(f"{byte:02x}" for byte in (*MAC_PREFIX, *(random.randrange(256) for _ in range(3))))


def _resolve(connection, network_id: str, wanted) -> list[tuple]:
    """(subnet rows that it may be of; address or None) for each fixed IP wanted."""
    rows = connection.execute(sa.select(subnets).where(subnets.c.network_id == network_id)
                              .order_by(subnets.c.created_at)).all()
    if wanted == _AUTO:
        return [(rows, None)] if rows else []
    if len(wanted) > _MOST_ADDRESSES:
        raise bad_request("Exceeded maximum amount of fixed ips per port.", "InvalidInput")
    resolved = []
    for item in wanted:
        candidates, ip = rows, item.get("ip_address")
        if "subnet_id" in item:
            candidates = [row for row in rows if row.id == item["subnet_id"]]
            if not candidates:
                raise bad_request(f"Invalid input for operation: Failed to create port on network {network_id}, "
                                  f"because subnet {item['subnet_id']} is not of this network.", "InvalidInput")
        elif ip:
            value = addresses.number(ip)
            candidates = [row for row in rows if row.first_address <= value <= row.last_address]
            if not candidates:
                raise bad_request(f"IP address {ip} is not a valid IP for any of the subnets on the specified network.",
                                  "InvalidIpForNetwork")
        elif not rows:
            raise _no_address(network_id)
        resolved.append((candidates, ip))
    return resolved


def _no_address(network_id: str) -> ApiError:
    return conflict(f"No more IP addresses available on network {network_id}.", "IpAddressGenerationFailure")


def _give(connection, network_id: str, candidates, ip: str | None, port_id: str) -> None:
    if ip is not None:
        addresses.take(connection, candidates[0], ip, port_id)
    elif not any(addresses.allocate(connection, row, port_id) for row in candidates):
        raise _no_address(network_id)


def _add_groups(connection, context: RequestContext, port_id: str, project_id: str, wanted) -> None:
    ids = [ensure_default(connection, project_id)] if wanted == _AUTO else list(dict.fromkeys(wanted))
    if wanted != _AUTO:
        for id in ids:
            GROUPS.row(connection, context, id)
    if ids:
        try:
            connection.execute(port_security_groups.insert(),
                               [{"port_id": port_id, "security_group_id": id} for id in ids])
        except db_exc.DBReferenceError as exc:
            raise db_exc.RetryRequest(exc) from exc


def change(connection, context: RequestContext, row, values: dict) -> dict:
    _check_device(context, values, row)
    if "fixed_ips" in values:
        _change_addresses(connection, context, row, values["fixed_ips"])
    if "security_groups" in values:
        connection.execute(port_security_groups.delete().where(port_security_groups.c.port_id == row.id))
        _add_groups(connection, context, row.id, row.project_id, values["security_groups"])
    new_mac = values.get("mac_address")
    if "mac_address" in values and new_mac != row.mac_address:
        if new_mac is None or row.host_id or not context.is_admin:
            raise forbidden("Only an admin may change the MAC address, and only of a port that is not bound.")
        if connection.execute(sa.select(ports.c.id).where(
                ports.c.network_id == row.network_id, ports.c.mac_address == new_mac)).first():
            raise _mac_in_use(row.network_id, new_mac)
    return _columns(values)


def _change_addresses(connection, context: RequestContext, row, wanted) -> None:
    held = {(item.subnet_id, item.address) for item in connection.execute(
        sa.select(address_table).where(address_table.c.port_id == row.id))}
    network = NETWORKS.row(connection, context, row.network_id)
    keep, new = set(), []
    for candidates, ip in _resolve(connection, row.network_id, wanted):
        key = (candidates[0].id, addresses.number(ip)) if ip else None
        if key in held:
            keep.add(key)
        else:
            if ip and not context.is_admin and network.project_id != context.project_id:
                raise forbidden("Only the owner of a network chooses IP addresses of ports in it.")
            new.append((candidates, ip))
    for subnet_id, value in held - keep:
        connection.execute(address_table.delete().where(
            address_table.c.subnet_id == subnet_id, address_table.c.address == value))
    for candidates, ip in new:
        _give(connection, row.network_id, candidates, ip, row.id)


def remove(connection, _context, row) -> None:
    if row.device_owner.startswith("network:"):
        raise conflict(f"Port {row.id} cannot be deleted directly via the port API: has device owner "
                       f"{row.device_owner}.", "ServicePortInUse")
    connection.execute(address_table.delete().where(address_table.c.port_id == row.id))
    connection.execute(port_security_groups.delete().where(port_security_groups.c.port_id == row.id))


def _by_fixed_ip(values: list[str]):
    """``fixed_ips=ip_address=A`` and ``fixed_ips=subnet_id=S``; of each kind any, of both kinds both."""
    wanted: dict[str, list] = {"ip_address": [], "subnet_id": []}
    for value in values:
        key, _, item = value.partition("=")
        if key not in wanted:
            raise bad_request(f"fixed_ips cannot be filtered by '{key}'", "HTTPBadRequest")
        try:
            if key == "ip_address":
                asked = ipaddress.ip_address(item)
                item = int(asked) if asked.version == 4 else NOBODYS
            wanted[key].append(item)
        except ValueError as exc:
            raise bad_request(f"'{item}' is not a valid IP address", "HTTPBadRequest") from exc
    found = sa.select(address_table.c.port_id).where(address_table.c.port_id.is_not(None))
    if wanted["ip_address"]:
        found = found.where(address_table.c.address.in_(wanted["ip_address"]))
    if wanted["subnet_id"]:
        found = found.where(address_table.c.subnet_id.in_(wanted["subnet_id"]))
    return ports.c.id.in_(found)


def _by_group(values: list[str]):
    return ports.c.id.in_(sa.select(port_security_groups.c.port_id)
                          .where(port_security_groups.c.security_group_id.in_(values)))


def _by_status(values: list[str]):
    bound, unbound = ports.c.host_id != "", ports.c.host_id == ""
    return sa.or_(bound if "ACTIVE" in values else sa.false(), unbound if "DOWN" in values else sa.false())


PORTS = Resource("port", "ports", "Port", "Port", ports, ATTRIBUTES, visible, view, insert, remove, change,
                 columns=COLUMNS, constants=CONSTANTS,
                 special={"fixed_ips": _by_fixed_ip, "security_groups": _by_group, "security_group_ids": _by_group,
                          "status": _by_status})
