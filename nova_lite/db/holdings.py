"""What a server holds beside its row, given back when it is gone.  Called by the delete's workflow, in its
transaction."""
import functools

import sqlalchemy as sa

from nova_lite import states
from nova_lite.db import claims, move_holds, quotas, server_passwords
from nova_lite.db.tables import claims as claims_table
from nova_lite.db.tables import instances, migrations
from nova_lite.db.tables import server_passwords as passwords_table
from nova_lite.models import Instance


def give_back(connection, instance: Instance) -> None:
    """Its claims, its quota, what its open move holds, the password that it told.  ``instance``: as it was counted.

    One statement tells what there is: most servers have one claim and nothing else.
    """
    rows = connection.execute(_held(), {"uuid": instance.uuid}).all()
    for claim in {row.id: row for row in rows if row.id is not None}.values():
        claims.give_back(connection, claim)
    held = instance.flavor.vcpus, instance.flavor.memory_mb
    if any(row.move is not None for row in rows):
        held = move_holds.close_deleted(connection, instance)
    if states.is_counted(instance.vm_state, instance.task_state):
        quotas.release(connection, instance.project_id, 1, *held)
    if any(row.told is not None for row in rows):
        server_passwords.delete(connection, instance.uuid)


@functools.cache
def _held():
    uuid = instances.c.uuid
    found = instances.outerjoin(claims_table, claims_table.c.instance_uuid == uuid).outerjoin(
        migrations, sa.and_(migrations.c.instance_uuid == uuid, migrations.c.open.is_(True))).outerjoin(
        passwords_table, passwords_table.c.instance_uuid == uuid)
    return sa.select(claims_table, migrations.c.id.label("move"), passwords_table.c.instance_uuid.label("told")) \
        .select_from(found).where(uuid == sa.bindparam("uuid"))
