"""IPv4 subnets.  No two overlap, of whatever networks: the metadata service knows a guest by its address."""
import ipaddress
import uuid

import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_lite.context import RequestContext
from nova_lite.embedded.errors import ApiError, bad_request, conflict
from nova_lite.embedded.network import addresses, views
from nova_lite.embedded.network.attributes import (
    REQUIRED,
    Attribute,
    address,
    boolean,
    fields,
    items,
    only,
    or_none,
    prefix4,
    text,
    uuid_text,
)
from nova_lite.embedded.network.networks import NETWORKS
from nova_lite.embedded.network.resource import Resource, new_row
from nova_lite.embedded.tables import addresses as address_table
from nova_lite.embedded.tables import locks, networks, subnets

_UNSET = "unset"
CONSTANTS = {"ip_version": 4, "ipv6_address_mode": None, "ipv6_ra_mode": None, "subnetpool_id": None,
             "segment_id": None, "service_types": []}
_POOL = fields({"start": address, "end": address})
ATTRIBUTES = {
    "name": Attribute(text(), ""), "description": Attribute(text(), ""),
    "network_id": Attribute(uuid_text, REQUIRED, put=False), "cidr": Attribute(prefix4, REQUIRED, put=False),
    "ip_version": Attribute(only(4, "4"), 4, put=False),
    "gateway_ip": Attribute(or_none(address), _UNSET), "enable_dhcp": Attribute(boolean, True),
    "dns_nameservers": Attribute(items(address), []),
    "host_routes": Attribute(items(fields({"destination": prefix4, "nexthop": address})), []),
    "allocation_pools": Attribute(items(_POOL), _UNSET),
    "subnetpool_id": Attribute(only(None), None, put=False), "segment_id": Attribute(only(None), None),
    "service_types": Attribute(only([]), []),
    "ipv6_address_mode": Attribute(only(None), None), "ipv6_ra_mode": Attribute(only(None), None),
}
_FORBIDDEN = [ipaddress.IPv4Network(cidr) for cidr in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")]


def visible(context: RequestContext):
    if context.is_admin:
        return sa.true()
    shared = sa.select(networks.c.id).where(networks.c.shared)
    return sa.or_(subnets.c.project_id == context.project_id, subnets.c.network_id.in_(shared))


def view(_connection, rows, _context) -> list[dict]:
    return [{**views.common(row), **CONSTANTS, "name": row.name, "network_id": row.network_id, "cidr": row.cidr,
             "gateway_ip": row.gateway_ip, "enable_dhcp": row.enable_dhcp, "dns_nameservers": row.dns_nameservers,
             "host_routes": row.host_routes, "allocation_pools": row.allocation_pools} for row in rows]


def bridge_address(cidr: str, gateway: str | None) -> int:
    """Where the bridge answers DHCP: the gateway, or without one the first address."""
    return addresses.number(gateway) if gateway else int(ipaddress.IPv4Network(cidr).network_address) + 1


def _check_gateway(net: ipaddress.IPv4Network, gateway: str | None) -> None:
    if gateway is not None and not net.network_address < ipaddress.IPv4Address(gateway) < net.broadcast_address:
        raise bad_request(f"Gateway {gateway} is not a usable address of subnet {net}", "InvalidInput")


def _check_pools(net: ipaddress.IPv4Network, pools: list[dict], gateway: str | None) -> None:
    """Raises ApiError: 400 outside the subnet or upside down, 409 overlapping or holding the gateway."""
    ranges = sorted((addresses.number(pool["start"]), addresses.number(pool["end"])) for pool in pools)
    kept, previous = bridge_address(str(net), gateway), -1
    for first, last in ranges:
        pool = f"{addresses.text(first)}-{addresses.text(last)}"
        if first > last:
            raise bad_request(f"The allocation pool {pool} is not valid.", "InvalidAllocationPool")
        if first <= int(net.network_address) or last >= int(net.broadcast_address):
            raise bad_request(f"The allocation pool {pool} spans beyond the subnet cidr {net}.",
                              "OutOfBoundsAllocationPool")
        if first <= previous:
            raise conflict(f"Found overlapping allocation pools: {pool} for subnet {net}.",
                           "OverlappingAllocationPools")
        if first <= kept <= last:
            raise conflict(f"Gateway ip {addresses.text(kept)} conflicts with allocation pool {pool}.",
                           "GatewayConflictWithAllocationPools")
        previous = last


def _default_pools(net: ipaddress.IPv4Network, gateway: str | None) -> list[dict]:
    kept = bridge_address(str(net), gateway)
    first, last = int(net.network_address) + 1, int(net.broadcast_address) - 1
    return [{"start": addresses.text(start), "end": addresses.text(end)}
            for start, end in ((first, kept - 1), (kept + 1, last)) if start <= end]


def take_lock(connection) -> None:
    """One subnet is made at a time: two that overlap would each not see the other."""
    if not connection.execute(locks.update().where(locks.c.name == "subnets").values(taken=locks.c.taken + 1)).rowcount:
        try:
            connection.execute(locks.insert().values(name="subnets", taken=1))
        except db_exc.DBDuplicateEntry as exc:
            raise db_exc.RetryRequest(exc) from exc


def _check_range(connection, net: ipaddress.IPv4Network) -> None:
    """Raises ApiError (400) for a range that cannot be, or that another subnet has a part of."""
    if not 8 <= net.prefixlen <= 30 or any(net.overlaps(other) for other in _FORBIDDEN):
        raise bad_request(f"Invalid input for operation: {net} cannot be a subnet for guests (a length from 8 to 30, "
                          "no loopback, link-local or multicast addresses).", "InvalidInput")
    take_lock(connection)
    other = connection.execute(sa.select(subnets).where(
        subnets.c.first_address <= int(net.broadcast_address),
        subnets.c.last_address >= int(net.network_address)).limit(1)).first()
    if other is not None:
        raise bad_request(f"Invalid input for operation: Requested subnet with cidr: {net} overlaps with another subnet"
                          f", {other.cidr}. Subnets of different networks must not overlap here either: the metadata "
                          "service knows guests by their address.", "InvalidInput")


def insert(connection, context: RequestContext, values: dict) -> str:
    network = NETWORKS.row(connection, context, values["network_id"])
    if not context.is_admin and network.project_id != context.project_id:
        raise ApiError(403, "Only the owner of a network makes subnets in it.", "PolicyNotAuthorized")
    net = ipaddress.IPv4Network(values["cidr"])
    _check_range(connection, net)
    gateway = values["gateway_ip"]
    if gateway == _UNSET:
        gateway = addresses.text(int(net.network_address) + 1)
    _check_gateway(net, gateway)
    pools = values["allocation_pools"]
    pools = _default_pools(net, gateway) if pools == _UNSET else pools
    _check_pools(net, pools, gateway)
    id = str(uuid.uuid4())
    columns = {key: value for key, value in values.items() if key not in CONSTANTS}
    columns |= {"gateway_ip": gateway, "allocation_pools": pools, "first_address": int(net.network_address),
                "last_address": int(net.broadcast_address)}
    if not context.is_admin or values["project_id"] == context.project_id:
        columns["project_id"] = network.project_id
    connection.execute(subnets.insert().values(id=id, **columns, **new_row()))
    addresses.reserve_gateway(connection, id, bridge_address(str(net), gateway))
    return id


def change(connection, _context, row, values: dict) -> dict:
    changes = {key: value for key, value in values.items() if key not in CONSTANTS}
    net = ipaddress.IPv4Network(row.cidr)
    gateway = changes.get("gateway_ip", row.gateway_ip)
    _check_gateway(net, gateway)
    _check_pools(net, changes.get("allocation_pools", row.allocation_pools), gateway)
    if gateway != row.gateway_ip:
        used = sa.select(address_table.c.address).where(address_table.c.subnet_id == row.id,
                                                        address_table.c.port_id.is_not(None)).limit(1)
        if connection.execute(used).first():
            raise conflict(f"Gateway ip of subnet {row.id} cannot change while ports have addresses of it.",
                           "SubnetInUse")
        addresses.release_gateway(connection, row.id)
        addresses.reserve_gateway(connection, row.id, bridge_address(row.cidr, gateway))
    return changes


def remove(connection, _context, row) -> None:
    in_use = conflict(f"Unable to complete operation on subnet {row.id}: One or more ports have an IP allocation from "
                      "this subnet.", "SubnetInUse")
    used = sa.select(address_table.c.address).where(address_table.c.subnet_id == row.id,
                                                    address_table.c.port_id.is_not(None)).limit(1)
    if connection.execute(used).first():
        raise in_use
    addresses.release_gateway(connection, row.id)
    try:
        connection.execute(subnets.delete().where(subnets.c.id == row.id))
    except db_exc.DBReferenceError as exc:      # an address was given out in between
        raise in_use from exc


SUBNETS = Resource("subnet", "subnets", "Subnet", "Subnet", subnets, ATTRIBUTES, visible, view, insert, remove, change,
                   constants=CONSTANTS)
