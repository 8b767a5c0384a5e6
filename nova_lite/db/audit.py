"""What of the promises the database alone can break, looked for.  Called by ``nova_lite.audit``."""
import collections
import dataclasses

import sqlalchemy as sa

from nova_lite import states
from nova_lite.db import actions, aggregates, instances, moves, quotas
from nova_lite.db.tables import claims, hosts
from nova_lite.models import Action, Finding, Instance, Migration
from nova_lite.models.finding import DOUBLED, LEAKED, LOST, STUCK
from nova_lite.trace import now


@dataclasses.dataclass(frozen=True)
class Rows:
    """``live``: every server that is not deleted; ``orders``: the open ones; ``moving``: open moves, by server."""

    live: list[Instance]
    orders: list[Action]
    moving: dict[str, Migration]

    @property
    def busy(self) -> set[str]:
        """Uuids of servers that an order works on."""
        return {order.instance_uuid for order in self.orders}


def rows(connection) -> Rows:
    """What lives, and what is at work on it."""
    found = connection.execute(sa.select(*instances.columns).where(instances.table.c.deleted.is_(False)))
    return Rows([instances.from_row(row) for row in found], actions.open_orders(connection),
                {move.instance_uuid: move for move in moves.all_open(connection)})


def findings(connection, rows: Rows, at_rest: bool) -> list[Finding]:
    """Each order, state, claim or counter that must not be; ``at_rest``: no order may be open."""
    return [*_orders(rows, at_rest), *_states(rows), *_claims(connection, rows.live, rows.moving), *_quotas(connection),
            *_histories(connection)]


def _orders(rows, at_rest):
    at, live = now(), {row.uuid: row for row in rows.live}
    for order in rows.orders:
        what = f"order {order.id} ({order.action} of {order.instance_uuid})"
        if order.deadline is None or order.deadline < at:
            yield Finding(STUCK, f"{what} is overdue at step {order.step}")
        elif at_rest:
            yield Finding(STUCK, f"{what} is open at step {order.step}")
        if order.instance_uuid not in live:
            yield Finding(STUCK, f"{what} is open, its server is gone")
        elif order.workflow not in states.TASKLESS and live[order.instance_uuid].task_state is None:
            yield Finding(STUCK, f"{what} is open, its server has no task_state")
    for uuid, number in collections.Counter(order.instance_uuid for order in rows.orders
                                            if order.workflow not in states.TASKLESS).items():
        if number > 1:
            yield Finding(DOUBLED, f"server {uuid} has {number} open orders")


def _states(rows):
    """Every server is stable, or in ERROR with a fault, or an order works on it."""
    busy = rows.busy
    for row in rows.live:
        if row.uuid not in busy and row.task_state is not None:
            yield Finding(STUCK, f"server {row.uuid} has task_state {row.task_state} and no open order")
        elif row.uuid not in busy and row.vm_state == states.BUILDING:
            yield Finding(STUCK, f"server {row.uuid} is {row.vm_state} and has no open order")
        if row.vm_state == states.ERROR and row.fault is None:
            yield Finding(STUCK, f"server {row.uuid} is in ERROR without a fault")
        if row.vm_state == states.RESIZED and row.uuid not in rows.moving:
            yield Finding(STUCK, f"server {row.uuid} is {row.vm_state}, its move is not open")
        if row.vm_state in states.EXPECTED_POWER and row.host is None:
            yield Finding(LOST, f"server {row.uuid} is {row.vm_state} and has no host")


def _histories(connection):
    """What happened to each server, deleted ones too, is a path of the state table and ends where the row is."""
    columns = [instances.table.c[name] for name in ("uuid", "history", "vm_state", "task_state")]
    for uuid, history, vm_state, task_state in connection.execute(sa.select(*columns)):
        # A journal that was cut begins in the middle of a word, or with one whole: that one is no longer known.
        cut = len(history) >= instances.HISTORY_LENGTH
        problem = states.wrong_path(history.split()[cut:], vm_state, task_state, complete=not cut)
        if problem:
            yield Finding(DOUBLED, f"server {uuid}: {problem}")


def _ends(row, move):
    """(host, flavor) of each claim that a server should have."""
    if move is None:
        return [(row.host, row.flavor)] if row.host else []
    ends = [(move.source_compute, move.old_flavor)]
    return [*ends, (move.dest_compute, move.new_flavor)] if move.dest_compute else ends


def _claims(connection, live, moving):
    """Claims equal the flavors of live servers on each host, in both directions; used is their sum."""
    expected, found = collections.defaultdict(list), collections.defaultdict(list)
    for row in live:
        for host, flavor in _ends(row, moving.get(row.uuid)):
            expected[row.uuid, host].append(tuple(flavor.claim))
    for claim in connection.execute(sa.select(claims)):
        found[claim.instance_uuid, claim.host].append((claim.vcpus, claim.memory_mb, claim.disk_gb))
    for uuid, host in expected.keys() - found.keys():
        yield Finding(LOST, f"server {uuid} has no claim on its host {host}")
    for uuid, host in found.keys() - expected.keys():
        yield Finding(LEAKED, f"claim of {uuid} on {host} belongs to no server there")
    for key in expected.keys() & found.keys():
        if sorted(expected[key]) != sorted(found[key]):
            yield Finding(LEAKED, f"claim of {key[0]} on {key[1]} is not its flavor")
    sums = collections.defaultdict(lambda: [0, 0, 0, 0])
    for (_uuid, host), amounts in found.items():
        for amount in amounts:
            sums[host] = [a + b for a, b in zip(sums[host], (*amount, 1), strict=True)]
    known, metadata = set(), aggregates.of_hosts(connection)
    for row in connection.execute(sa.select(hosts)):
        known.add(row.host)
        limits = aggregates.limits(aggregates.shares_of(row), aggregates.merged(metadata.get(row.host, [])))
        used = [row.vcpus_used, row.memory_mb_used, row.local_gb_used, row.running_vms]
        if used != sums[row.host]:
            yield Finding(LEAKED, f"host {row.host} counts {used} as used, its claims are {sums[row.host]}")
        for name in ("vcpus", "memory_mb", "local_gb"):
            if getattr(row, f"{name}_limit") != limits[name]:
                yield Finding(LEAKED, f"host {row.host} may give {getattr(row, f'{name}_limit')} {name}, "
                                      f"its ratio says {limits[name]}")
            if getattr(row, f"{name}_used") > max(getattr(row, f"{name}_limit"), 0):
                yield Finding(LEAKED, f"host {row.host} has more {name} used than it may")
    for host in sums.keys() - known:
        yield Finding(LEAKED, f"claims are on host {host}, which is not known")


def _quotas(connection):
    for project, counted, real in quotas.drift(connection):
        yield Finding(LEAKED, f"project {project} is counted with {counted}, its servers are {real}")
