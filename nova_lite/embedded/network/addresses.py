"""Who gets which address.  Safe from races by the primary key of ``embedded_addresses``, not by looking first.

Every function works in the caller's transaction; a row that another transaction put in meanwhile
raises RetryRequest, and the whole transaction runs again.  Addresses are chosen at random, so that
allocations of several processes rarely meet, and a freed address is not given out again at once.
"""
import ipaddress
import random

import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_lite.embedded.errors import ApiError, bad_request
from nova_lite.embedded.tables import addresses, subnets

# Below so many addresses guesses collide too often: there the subnet's row is locked instead.
_SMALL_POOL = 256
_GUESSES = 8


def number(address: str) -> int:
    return int(ipaddress.IPv4Address(address))


def text(value: int) -> str:
    return str(ipaddress.IPv4Address(value))


def _insert(connection, subnet_id: str, address: int, port_id: str | None) -> None:
    try:
        connection.execute(addresses.insert().values(subnet_id=subnet_id, address=address, port_id=port_id))
    except db_exc.DBDuplicateEntry as exc:
        raise db_exc.RetryRequest(exc) from exc


def reserve_gateway(connection, subnet_id: str, address: int) -> None:
    """Keep the address of the bridge: gateway and DHCP server."""
    _insert(connection, subnet_id, address, None)


def release_gateway(connection, subnet_id: str) -> None:
    connection.execute(addresses.delete().where(addresses.c.subnet_id == subnet_id, addresses.c.port_id.is_(None)))


def take(connection, subnet, address: str, port_id: str) -> None:
    """Give the port this very address.  Raises ApiError: 400 outside the subnet, 409 taken."""
    value = number(address)
    if not subnet.first_address < value < subnet.last_address:
        raise bad_request(f"IP address {address} is not a valid IP for the specified subnet.", "InvalidIpForSubnet")
    taken = connection.execute(sa.select(addresses.c.address).where(
        addresses.c.subnet_id == subnet.id, addresses.c.address == value)).first()
    if taken:
        raise ApiError(409, f"IP address {address} already allocated in subnet {subnet.id}",
                       "IpAddressAlreadyAllocated")
    _insert(connection, subnet.id, value, port_id)


def allocate(connection, subnet, port_id: str) -> str | None:
    """Give the port a free address of the subnet's pools; None when there is none."""
    pools = [(number(pool["start"]), number(pool["end"])) for pool in subnet.allocation_pools]
    size = sum(last - first + 1 for first, last in pools)
    value = _guess(connection, subnet.id, pools, size) if size > _SMALL_POOL else None
    if value is None:
        value = _search(connection, subnet.id, pools, size)
    if value is None:
        return None
    _insert(connection, subnet.id, value, port_id)
    return text(value)


def _nth(pools, index: int) -> int:
    for first, last in pools:
        if index <= last - first:
            return first + index
        index -= last - first + 1
    raise IndexError(index)


def _guess(connection, subnet_id: str, pools, size: int) -> int | None:
    candidates = [_nth(pools, random.randrange(size)) for _ in range(_GUESSES)]
    used = set(connection.execute(sa.select(addresses.c.address).where(
        addresses.c.subnet_id == subnet_id, addresses.c.address.in_(candidates))).scalars())
    return next((value for value in candidates if value not in used), None)


def _search(connection, subnet_id: str, pools, size: int) -> int | None:
    """The lock makes those who search wait for each other, so that none of them tries again in vain."""
    connection.execute(sa.select(subnets.c.id).where(subnets.c.id == subnet_id).with_for_update())
    used = set(connection.execute(sa.select(addresses.c.address).where(addresses.c.subnet_id == subnet_id)).scalars())
    start = random.randrange(size) if size else 0
    for step in range(size):
        value = _nth(pools, (start + step) % size)
        if value not in used:
            return value
    return None
