"""What servers hold beside their rows, given back when they are gone.  Called by the engine, in the transaction of
their deletes' reports."""
import collections
import functools
from collections.abc import Sequence

import sqlalchemy as sa

from nova_lite import states
from nova_lite.db import claims, each, move_holds, quotas, server_passwords
from nova_lite.db.tables import claims as claims_table
from nova_lite.db.tables import instances, migrations
from nova_lite.db.tables import server_passwords as passwords_table
from nova_lite.models import Instance


def give_back(connection, servers: Sequence[Instance]) -> None:
    """Their claims, their quota, what their open moves hold, the passwords that they told.  ``servers``: as they were
    counted.

    One statement tells what there is: most servers have one claim and nothing else.
    """
    rows = [row for chunk in each.chunks(servers) for row in connection.execute(
        _held(each.size(chunk)), each.parameters(instances.c.uuid, [{"uuid": server.uuid} for server in chunk]))]
    claims.give_back(connection, list({row.id: row for row in rows if row.id is not None}.values()))
    moving = {row.server for row in rows if row.move is not None}
    counted = collections.defaultdict(lambda: [0, 0, 0])
    for server in servers:
        held = move_holds.close_deleted(connection, server) if server.uuid in moving else (
            server.flavor.vcpus, server.flavor.memory_mb)
        if states.is_counted(server.vm_state, server.task_state):
            project = counted[server.project_id]
            project[:] = (old + more for old, more in zip(project, (1, *held), strict=True))
    for uuid in {row.server for row in rows if row.told is not None}:
        server_passwords.delete(connection, uuid)
    for project_id in sorted(counted):              # last, since all of a project wait for each other there
        quotas.release(connection, project_id, *counted[project_id])


@functools.cache
def _held(servers: int):
    uuid = instances.c.uuid
    found = instances.outerjoin(claims_table, claims_table.c.instance_uuid == uuid).outerjoin(
        migrations, sa.and_(migrations.c.instance_uuid == uuid, migrations.c.open.is_(True))).outerjoin(
        passwords_table, passwords_table.c.instance_uuid == uuid)
    return sa.select(
        claims_table, uuid.label("server"), migrations.c.id.label("move"), passwords_table.c.instance_uuid.label("told")
    ).select_from(found).where(each.among(uuid, servers))
