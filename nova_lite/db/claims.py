"""Claims: what of a host belongs to which server.  The database is the only truth of what is free."""
import collections

import sqlalchemy as sa

from nova_lite import metrics
from nova_lite.conf import CONF
from nova_lite.db import actions, instances, moves, notes, server_groups
from nova_lite.db.tables import claims, hosts
from nova_lite.models import Flavor, Order, RequestSpec, Selection
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


def _take(connection, host: str, zone: str, flavor: Flavor, count: int) -> None:
    in_zone = sa.func.coalesce(hosts.c.availability_zone, CONF.default_availability_zone) == zone
    claim = flavor.claim
    asked = {"vcpus": claim.vcpus * count, "memory_mb": claim.memory_mb * count, "local_gb": claim.disk_gb * count}
    result = connection.execute(
        hosts.update().where(
            hosts.c.host == host, in_zone,
            *(hosts.c[f"{name}_used"] + amount <= hosts.c[f"{name}_limit"] for name, amount in asked.items()))
        .values(updated_at=now(), running_vms=hosts.c.running_vms + count,
                **{f"{name}_used": hosts.c[f"{name}_used"] + amount for name, amount in asked.items()}))
    if result.rowcount != 1:
        raise HostFull(host)


def claim(connection, spec: RequestSpec, placements: list[tuple[Order, str, str]],
          zones: dict[str, str]) -> list[Selection]:
    """Give each server its host, all or nothing, in the caller's transaction.

    ``placements``: (order, host, node); ``zones``: the one that each host was chosen in.  The order goes to
    ``spec.next_step`` on that host and the server through ``spec.transition``; with ``spec.moves`` the host is noted
    in the server's open move and in the order's params, and the server stays where it is.

    Raises HostFull, GroupBroken, OrdersGone.
    """
    if spec.group is not None and not server_groups.keeps(
            connection, spec.group.uuid, {order.instance_uuid: host for order, host, _node in placements}):
        raise GroupBroken()
    by_host = collections.defaultdict(list)
    for order, host, node in placements:
        by_host[host, node, order.step, order.attempt].append(order)
    notes.chosen(connection, spec)
    at, rows, selections = now(), [], []
    for (host, node, _step, attempt), orders in sorted(by_host.items()):     # one order of locks for everybody
        uuids = [order.instance_uuid for order in orders]
        moved = actions.move_many(connection, orders, spec.next_step, host=host, timeout=spec.step_timeout)
        values = {} if spec.moves else {"host": host, "node": node, "availability_zone": zones[host],
                                        "attempt": instances.table.c.attempt + 1}
        if moved != len(orders) or instances.transition_many(
                connection, uuids, spec.transition, **values) != len(orders):
            raise OrdersGone()
        _take(connection, host, zones[host], spec.flavor, len(orders))
        moves_of = dict.fromkeys(uuids, 0)
        for order in orders if spec.moves else ():
            moves_of[order.instance_uuid] = _choose(connection, order, host, node, zones[host])
        rows += [{"instance_uuid": uuid, "host": host, "migration_id": moves_of[uuid], "created_at": at,
                  **spec.flavor.claim._asdict()} for uuid in uuids]
        selections += [Selection(uuid, host, node, attempt + 1) for uuid in uuids]
        notes.entered(connection, orders, spec.next_step)
    connection.execute(claims.insert(), rows)
    return selections


def _choose(connection, order: Order, host: str, node: str, zone: str) -> int:
    """The id of the server's open move, which goes to that host.  Raises OrdersGone."""
    move = moves.chosen(connection, order.instance_uuid, host, node, zone)
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
    for row in connection.execute(sa.select(claims).where(*where)).all():
        if connection.execute(claims.delete().where(claims.c.id == row.id)).rowcount:
            connection.execute(hosts.update().where(hosts.c.host == row.host).values(
                vcpus_used=hosts.c.vcpus_used - row.vcpus, memory_mb_used=hosts.c.memory_mb_used - row.memory_mb,
                local_gb_used=hosts.c.local_gb_used - row.disk_gb, running_vms=hosts.c.running_vms - 1,
                updated_at=now()))
            metrics.CLAIMS.labels("given_back").inc()
