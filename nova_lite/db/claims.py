"""Claims: what of a host belongs to which server.  The database is the only truth of what is free."""
import collections
import functools
import typing
from collections.abc import Sequence

import sqlalchemy as sa

from nova_lite import exceptions, metrics
from nova_lite.conf import CONF
from nova_lite.db import actions, each, instances, moves, notes, server_groups
from nova_lite.db.tables import claims, hosts
from nova_lite.models import Order, RequestSpec, Selection
from nova_lite.trace import now


class HostFull(Exception):
    """Another scheduler took the slot, so ``host`` has no room for what was asked; or it is in another zone now."""

    def __init__(self, host: str):
        super().__init__(host)
        self.host = host


class GroupBroken(Exception):
    """Others of the server group were placed meanwhile: its policy would not hold; nothing was claimed."""


class OrdersGone(Exception):
    """Some of the orders are no longer current (deleted meanwhile); nothing was claimed."""


class Wanted(typing.NamedTuple):
    """What a scheduler has chosen for a request.  ``placements``: (order, host, node); ``zones``: the one that each
    host was chosen in."""

    spec: RequestSpec
    placements: list[tuple[Order, str, str]]
    zones: dict[str, str]


class _Share(typing.NamedTuple):
    """What is taken of a host, which must be in this zone; or given back to it."""

    host: str
    zone: str
    vcpus: int
    memory_mb: int
    local_gb: int
    servers: int


_TAKEN = {"vcpus": hosts.c.vcpus_used, "memory_mb": hosts.c.memory_mb_used, "local_gb": hosts.c.local_gb_used,
          "servers": hosts.c.running_vms}
_LIMITED = {name: hosts.c[f"{name}_limit"] for name in ("vcpus", "memory_mb", "local_gb")}


@functools.cache
def _taking(rows: int):
    """UPDATE hosts SET vcpus_used = vcpus_used + … WHERE host … AND vcpus_used + … <= vcpus_limit …"""
    own = {name: each.own(hosts.c.host, column, rows) for name, column in _TAKEN.items()}
    room = (_TAKEN[name] + own[name] <= limit for name, limit in _LIMITED.items())
    zone = sa.func.coalesce(hosts.c.availability_zone, sa.bindparam("default_zone"))
    return hosts.update().where(
        each.among(hosts.c.host, rows), zone == each.own(hosts.c.host, hosts.c.availability_zone, rows), *room).values(
        updated_at=sa.bindparam("at"), **{column.key: column + own[name] for name, column in _TAKEN.items()})


def _take(connection, shares: list[_Share]) -> None:
    """Raises HostFull."""
    common = {"at": now(), "default_zone": CONF.default_availability_zone}
    for chunk in each.chunks(sorted(shares)):                       # one order of locks for everybody
        if len(chunk) > 1:
            _look(connection, chunk)
        rows = [{**_own(share), "availability_zone": share.zone} for share in chunk]
        if connection.execute(_taking(each.size(rows)),
                              {**common, **each.parameters(hosts.c.host, rows)}).rowcount != len(chunk):
            raise HostFull(chunk[0].host)


def _own(share: _Share) -> dict:
    """For ``each``."""
    return {"host": share.host, **{column.key: getattr(share, name) for name, column in _TAKEN.items()}}


def _look(connection, shares: list[_Share]) -> None:
    """Lock several hosts in their order, which an UPDATE does not promise, and say which has no room."""
    found = {row.host: row for row in connection.execute(_looking(), {"names": [share.host for share in shares]})}
    for share in shares:
        row = found.get(share.host)
        if row is None or (row.availability_zone or CONF.default_availability_zone) != share.zone or any(
                getattr(row, column.key) + getattr(share, name) > getattr(row, _LIMITED[name].key)
                for name, column in _TAKEN.items() if name in _LIMITED):
            raise HostFull(share.host)


@functools.cache
def _looking():
    return sa.select(hosts.c.host, hosts.c.availability_zone, *_TAKEN.values(), *_LIMITED.values()).where(
        hosts.c.host.in_(sa.bindparam("names", expanding=True))).order_by(hosts.c.host).with_for_update()


def claim(connection, spec: RequestSpec, placements: list[tuple[Order, str, str]],
          zones: dict[str, str]) -> list[Selection]:
    """Give each server its host, all or nothing, in the caller's transaction.

    The order goes to ``spec.next_step`` on that host and the server through ``spec.transition``; with ``spec.moves``
    the host is noted in the server's open move and in the order's params, and the server stays where it is.

    Raises HostFull, GroupBroken, OrdersGone.
    """
    return claim_all(connection, [Wanted(spec, placements, zones)])[0]


def claim_all(connection, wanted: list[Wanted]) -> list[list[Selection]]:
    """``claim`` for several requests at once, all or nothing: four statements, however many servers and hosts."""
    for spec, placements, _zones in wanted:
        if spec.group is not None and not server_groups.keeps(
                connection, spec.group.uuid, {order.instance_uuid: host for order, host, _node in placements}):
            raise GroupBroken()
        notes.chosen(connection, spec)
    alike = collections.defaultdict(list)
    for spec, placements, zones in wanted:
        for order, host, node in placements:
            alike[spec.transition, spec.moves, spec.next_step, spec.step_timeout, order.step, order.attempt].append(
                (order, instances.Place(order.instance_uuid, host, node, zones[host])))
    moves_of: dict[str, int] = {}
    for (transition, moves_, next_step, timeout, _step, _attempt), placed in sorted(alike.items()):
        orders, places = [order for order, _place in placed], [place for _order, place in placed]
        moved = actions.move_each(connection, [(order, place.host) for order, place in placed], next_step,
                                  timeout=timeout)
        if moved != len(placed) or (
                instances.transition_many(connection, [place.uuid for place in places], transition) if moves_ else
                instances.place_each(connection, places, transition)) != len(placed):
            raise OrdersGone()
        for order, place in placed if moves_ else ():
            moves_of[place.uuid] = _choose(connection, order, place)
        notes.entered(connection, orders, next_step)
    _take(connection, _shares(wanted))
    at = now()
    connection.execute(claims.insert(), [
        {"instance_uuid": order.instance_uuid, "host": host, "migration_id": moves_of.get(order.instance_uuid, 0),
         "created_at": at, **spec.flavor.claim._asdict()}
        for spec, placements, _zones in wanted for order, host, _node in placements])
    return [[Selection(order.instance_uuid, host, node, order.attempt + 1) for order, host, node in placements]
            for _spec, placements, _zones in wanted]


def _shares(wanted: list[Wanted]) -> list[_Share]:
    """Raises HostFull when a host was chosen in two zones: the host has just changed its."""
    shares: dict[str, _Share] = {}
    for spec, placements, zones in wanted:
        claim_ = spec.flavor.claim
        for host, count in collections.Counter(host for _order, host, _node in placements).items():
            old = shares.get(host, _Share(host, zones[host], 0, 0, 0, 0))
            if old.zone != zones[host]:
                raise HostFull(host)
            shares[host] = _Share(host, old.zone, old.vcpus + claim_.vcpus * count,
                                  old.memory_mb + claim_.memory_mb * count, old.local_gb + claim_.disk_gb * count,
                                  old.servers + count)
    return list(shares.values())


def _choose(connection, order: Order, place: instances.Place) -> int:
    """The id of the server's open move, which goes to that host.  Raises OrdersGone."""
    move = moves.chosen(connection, *place)
    if move is None:
        raise OrdersGone()
    actions.set_params(connection, order.action_id, migration=move.to_dict())
    return move.id


def release(connection, instance_uuid: str, *, migration_id: int | None = None,
            but_migration_id: int | None = None) -> None:
    """Give back a server's claims (all, those that a move made, or all others); nothing happens when there are none."""
    where = [claims.c.instance_uuid == instance_uuid]
    if migration_id is not None:
        where.append(claims.c.migration_id == migration_id)
    if but_migration_id is not None:
        where.append(claims.c.migration_id != but_migration_id)
    give_back(connection, connection.execute(sa.select(claims).where(*where)).all())


def give_back(connection, rows: Sequence) -> None:
    """Claims, as their rows were read.  Raises TransactionUndone when another transaction gives one back just now."""
    shares: dict[str, _Share] = {}
    for row in rows:
        old = shares.get(row.host, _Share(row.host, "", 0, 0, 0, 0))
        shares[row.host] = _Share(row.host, "", old.vcpus + row.vcpus, old.memory_mb + row.memory_mb,
                                  old.local_gb + row.disk_gb, old.servers + 1)
    for chunk in each.chunks(rows):
        if connection.execute(_forgetting(each.size(chunk)), each.parameters(
                claims.c.id, [{"id": row.id} for row in chunk])).rowcount != len(chunk):
            raise exceptions.TransactionUndone("Another transaction gives back the same claims.")
    for chunk in each.chunks(sorted(shares.values())):
        if len(chunk) > 1:
            connection.execute(_looking(), {"names": [share.host for share in chunk]}).all()
        connection.execute(_freeing(each.size(chunk)), {
            "at": now(), **each.parameters(hosts.c.host, [_own(share) for share in chunk])})
    metrics.CLAIMS.labels("given_back").inc(len(rows))


@functools.cache
def _forgetting(rows: int):
    return claims.delete().where(each.among(claims.c.id, rows))


@functools.cache
def _freeing(rows: int):
    return hosts.update().where(each.among(hosts.c.host, rows)).values(
        updated_at=sa.bindparam("at"),
        **{column.key: column - each.own(hosts.c.host, column, rows) for column in _TAKEN.values()})
