"""Repairs of rows, each from the truth in the caller's transaction.  Called by ``nova_lite.heal`` alone.

Each takes ``dry_run`` (only say what would be done) and returns a line for each repair.
"""
import sqlalchemy as sa

from nova_lite import states
from nova_lite.db import actions
from nova_lite.db import instances as servers
from nova_lite.db.tables import claims, hosts, instances, migrations
from nova_lite.trace import now


def drop_orphan_claims(connection, dry_run: bool) -> list[str]:
    owned = sa.exists().where(instances.c.uuid == claims.c.instance_uuid, instances.c.host == claims.c.host,
                              instances.c.deleted.is_(False))
    moving = sa.exists().where(migrations.c.instance_uuid == claims.c.instance_uuid, migrations.c.open.is_(True),
                               sa.or_(migrations.c.source_compute == claims.c.host,
                                      migrations.c.dest_compute == claims.c.host))
    found = connection.execute(sa.select(claims.c.id, claims.c.instance_uuid, claims.c.host).where(
        ~owned, ~moving)).all()
    if found and not dry_run:
        connection.execute(claims.delete().where(claims.c.id.in_([row.id for row in found])))
    return [f"claim of {row.instance_uuid} on {row.host} dropped" for row in found]


def recount_hosts(connection, dry_run: bool) -> list[str]:
    lines = []
    for host in connection.execute(sa.select(hosts).with_for_update()).all():
        sums = connection.execute(sa.select(
            sa.func.coalesce(sa.func.sum(claims.c.vcpus), 0), sa.func.coalesce(sa.func.sum(claims.c.memory_mb), 0),
            sa.func.coalesce(sa.func.sum(claims.c.disk_gb), 0), sa.func.count()).where(
                claims.c.host == host.host)).one()
        right = dict(zip(("vcpus_used", "memory_mb_used", "local_gb_used", "running_vms"), map(int, sums), strict=True))
        if any(getattr(host, name) != value for name, value in right.items()):
            lines.append(f"host {host.host} counted anew: {right}")
            if not dry_run:
                connection.execute(hosts.update().where(hosts.c.id == host.id).values(updated_at=now(), **right))
    return lines


def clear_task_states(connection, dry_run: bool) -> list[str]:
    busy = sa.exists().where(actions.actions.c.instance_uuid == instances.c.uuid,
                             actions.actions.c.state == actions.OPEN)
    where = (instances.c.deleted.is_(False), instances.c.task_state.is_not(None), ~busy)
    found = connection.execute(sa.select(instances.c.uuid, instances.c.vm_state, instances.c.task_state)
                               .where(*where)).all()
    for row in found:
        if not dry_run:
            event = "healed_build" if row.vm_state == states.BUILDING else "healed"
            servers.transition(connection, row.uuid, event, *where, fault={
                "code": 500, "message": f"Nothing worked on task {row.task_state}.", "details": "",
                "created": now().isoformat()})
    return [f"server {row.uuid}: task_state {row.task_state} cleared" for row in found]
