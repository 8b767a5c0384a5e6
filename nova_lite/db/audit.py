"""What of the promises the database alone can break, looked for.  Called by ``nova_lite.audit`` and ``heal``."""
import collections

import sqlalchemy as sa

from nova_lite import states
from nova_lite.db import actions, instances, quotas
from nova_lite.db.tables import claims, hosts
from nova_lite.models import Instance
from nova_lite.trace import now


def live_servers(connection) -> list[Instance]:
    """Every server that is not deleted."""
    table = instances.table
    return [instances.from_row(row) for row in connection.execute(
        sa.select(*instances.columns).where(table.c.deleted.is_(False)))]


def findings(connection, live: list[Instance]) -> list[str]:
    """One line for each order, claim or counter that must not be."""
    return [*_orders(connection, live), *_claims(connection, live), *_quotas(connection), *_histories(connection)]


def _orders(connection, live):
    at = now()
    open_orders = actions.open_orders(connection)
    busy = {action.instance_uuid for action in open_orders}
    for action in open_orders:
        if action.deadline is None or action.deadline < at:
            yield f"order {action.id} ({action.action} of {action.instance_uuid}) is overdue at step {action.step}"
    for row in live:
        if row.task_state is not None and row.uuid not in busy:
            yield f"server {row.uuid} has task_state {row.task_state} and no open order"
        if row.vm_state == states.ERROR and row.fault is None:
            yield f"server {row.uuid} is in ERROR without a fault"


def _histories(connection):
    """What happened to each server, deleted ones too, is a path of the state table and ends where the row is."""
    columns = [instances.table.c[name] for name in ("uuid", "history", "vm_state", "task_state")]
    for uuid, history, vm_state, task_state in connection.execute(sa.select(*columns)):
        # A journal that was cut begins in the middle of a word, or with one whole: that one is no longer known.
        cut = len(history) >= instances.HISTORY_LENGTH
        problem = states.wrong_path(history.split()[cut:], vm_state, task_state, complete=not cut)
        if problem:
            yield f"server {uuid}: {problem}"


def _claims(connection, live):
    """Claims equal the flavors of live servers on each host, in both directions; used is their sum."""
    expected = {(row.uuid, row.host): (row.flavor.vcpus, row.flavor.memory_mb) for row in live if row.host}
    found = {(c.instance_uuid, c.host): c for c in connection.execute(sa.select(claims))}
    for uuid, host in expected.keys() - found.keys():
        yield f"server {uuid} has no claim on its host {host}"
    for uuid, host in found.keys() - expected.keys():
        yield f"claim of {uuid} on {host} belongs to no server there"
    for key in expected.keys() & found.keys():
        if expected[key] != (found[key].vcpus, found[key].memory_mb):
            yield f"claim of {key[0]} on {key[1]} is not its flavor"
    sums = collections.defaultdict(lambda: [0, 0, 0, 0])
    for claim in found.values():
        sums[claim.host] = [a + b for a, b in zip(
            sums[claim.host], (claim.vcpus, claim.memory_mb, claim.disk_gb, 1), strict=True)]
    for row in connection.execute(sa.select(hosts)):
        used = [row.vcpus_used, row.memory_mb_used, row.local_gb_used, row.running_vms]
        if used != sums[row.host]:
            yield f"host {row.host} counts {used} as used, its claims are {sums[row.host]}"
        for name in ("vcpus", "memory_mb", "local_gb"):
            if getattr(row, f"{name}_used") > max(getattr(row, f"{name}_limit"), 0):
                yield f"host {row.host} has more {name} used than it may"


def _quotas(connection):
    for project, counted, real in quotas.drift(connection):
        yield f"project {project} is counted with {counted}, its servers are {real}"
