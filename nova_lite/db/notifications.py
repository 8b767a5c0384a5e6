"""The outbox: notifications that were committed with their change and wait to be sent.  Table ``notifications``.

A row's id is given under the lock of the server's own row, so the order of ids is that of a server's changes.
"""
import uuid as uuidlib

import sqlalchemy as sa

from nova_lite import usage_period
from nova_lite.conf import CONF
from nova_lite.db import actions, instances
from nova_lite.db.notes import Note, initiator
from nova_lite.db.tables import notifications as table
from nova_lite.models import Action, Instance
from nova_lite.notifications import catalog, legacy, payloads
from nova_lite.trace import now


# -- writing: at the end of each transaction that has notes ---------------------------------------------
def flush(connection, notes: list[Note]) -> None:
    """Make rows of a transaction's notes; at most three statements."""
    orders = {action.id: (action, server) for action, server in actions.load(
        connection, ids)} if (ids := {note.action_id for note in notes if note.action_id}) else {}
    alone = {note.uuid for note in notes if note.uuid and not note.action_id}
    servers = {server.uuid: server for server in _servers(connection, alone)} if alone else {}
    rows = []
    for note in notes:
        action, server = orders.get(note.action_id, (None, servers.get(note.uuid)))
        if note.uuid and (server is None or not _has_changed(note, server)):
            continue
        rows += _rows(note, action, server)
    if rows:
        connection.execute(table.insert(), rows)


def _servers(connection, uuids):
    return map(instances.from_row, connection.execute(
        sa.select(*instances.columns).where(instances.table.c.uuid.in_(uuids))))


def _has_changed(note: Note, server: Instance) -> bool:
    if note.event_type != "instance.update" or note.before is None:
        return True
    names = ["vm_state", "display_name", "tags"]
    if CONF.notifications.notify_on_state_change == "vm_and_task_state":
        names.append("task_state")
    return any(getattr(note.before, name) != getattr(server, name) for name in names)


def _rows(note: Note, action: Action | None, server: Instance | None) -> list[dict]:
    """In the formats that are wanted; of what has no unversioned form, as of what is no server's, there is but one."""
    row = _row(note, action, server)
    wanted = CONF.notifications.notification_format
    rows = [row] if wanted in ("versioned", "both") else []
    old = legacy.event_type(note.event_type) if wanted in ("unversioned", "both") else None
    if old:
        payload = note.legacy or legacy.payload(note.event_type, server, note.before, _period())
        rows.append({**row, "message_id": str(uuidlib.uuid4()), "event_type": old, "payload": payload,
                     "publisher_id": legacy.publisher(row["publisher_id"])})
    return rows


def _row(note: Note, action: Action | None, server: Instance | None) -> dict:
    kind, phase = catalog.split(note.event_type)
    who = {"user_id": action.user_id, "project_id": action.project_id,
           "request_id": action.request_id} if action else initiator()
    return {"message_id": str(uuidlib.uuid4()), "event_type": note.event_type, "initiator": who,
            "priority": _priority(note.event_type, phase), "publisher_id": _publisher(kind, note, action, server),
            "payload": note.payload or _payload(kind, phase, note, action, server, who), "created_at": now()}


def _priority(event_type: str, phase: str) -> str:
    tells_of_error = phase == catalog.ERROR or event_type == "compute.exception"
    return "ERROR" if tells_of_error else CONF.notifications.default_level


def _publisher(kind: catalog.Notification, note: Note, action: Action | None, server: Instance | None) -> str:
    """A compute host's where one had to do with it; else this process's."""
    host = note.host or (action.step_host if action else None) or (server.host if server else None)
    if kind.binary == catalog.COMPUTE:
        return f"{catalog.COMPUTE}:{host}" if host else f"{catalog.API}:{CONF.host}"
    return f"{kind.binary}:{CONF.host}"


def _payload(kind, phase, note, action, server, who) -> dict:
    if kind.payload == "InstanceUpdatePayload":
        return payloads.update(note.before, server, who, _period())
    if kind.payload == "InstanceExistsPayload":
        return payloads.exists(server, who, _period())
    if kind.payload == "ComputeTaskPayload":
        return payloads.compute_task(server, action)
    return payloads.instance(kind.payload, server, action, who, fault=phase == catalog.ERROR)


def _period():
    """The one that is going on."""
    return usage_period.current(CONF.instance_usage_audit_period, now())


# -- reading: by whoever sends them -----------------------------------------------------------------------
def oldest(connection, limit: int) -> list:
    """Rows, in the order to send them."""
    return connection.execute(sa.select(table).order_by(table.c.id).limit(limit)).all()


def sent(connection, ids) -> None:
    """Forget them."""
    connection.execute(table.delete().where(table.c.id.in_(ids)))


def waiting(connection) -> int:
    return connection.scalar(sa.select(sa.func.count()).select_from(table))
