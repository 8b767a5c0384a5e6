"""Notes of what a transaction does that the bus is to be told of, made where the rows change.

They are kept with the transaction's connection.  Just before its commit ``db.notifications.flush`` makes rows of
them, with the servers as they are then: a notification is there exactly if the change is.
"""
import dataclasses

from oslo_context import context as oslo_context

from nova_lite.conf import CONF
from nova_lite.conf.notifications import enabled
from nova_lite.models import Instance, Order, Report, RequestSpec
from nova_lite.notifications import catalog, payloads

OPTION = "notes"                # of the connection's execution options: the list


@dataclasses.dataclass(frozen=True)
class Note:
    """``payload`` is given, or made of the order ``action_id`` or the server ``uuid`` at the transaction's end.

    ``before``: the server before an instance.update (None: it is new); ``host``: of the compute service that it is
    about, where the row does not say.  ``legacy``: the payload in the unversioned form, where ``payload`` is given.
    """

    event_type: str
    uuid: str | None = None
    action_id: int | None = None
    payload: dict | None = None
    before: Instance | None = None
    host: str | None = None
    legacy: dict | None = None


def wanted(connection) -> bool:
    """Whether notes are kept: notifications are on, and this is a transaction."""
    return enabled(CONF) and OPTION in connection.get_execution_options()


def add(connection, *found: Note) -> None:
    if wanted(connection):
        connection.get_execution_options()[OPTION].extend(found)


def initiator() -> dict:
    """Who asked for what this thread does."""
    context = oslo_context.get_current()
    return {"user_id": context.user_id if context else None, "project_id": context.project_id if context else None,
            "request_id": context.request_id if context else None}


# -- orders ---------------------------------------------------------------------------------------------
def placed(connection, orders: list[Order]) -> None:
    """Orders were written; they are at their first step."""
    add(connection, *(Note(event_type, order.instance_uuid, order.action_id) for order in orders
                      for event_type in catalog.begun(order.workflow, order.step)))


def entered(connection, orders: list[Order], step: str) -> None:
    """Orders have come to ``step``."""
    add(connection, *(Note(event_type, order.instance_uuid, order.action_id) for order in orders
                      for event_type in catalog.entered(order.workflow, step)))


def reported(connection, report: Report, follow_up: Order | None, *, at_host: bool, failed: bool) -> None:
    """A step is over (``at_host``: a compute host's); the order goes on as ``follow_up``, or has ended (None): it has
    ``failed`` or not."""
    order, succeeded = report.order, report.result == "success"
    if not succeeded and report.fault and at_host:
        add(connection, Note("compute.exception", host=report.host, payload=payloads.exception(report.fault)))
    ended = None if follow_up is not None else catalog.ERROR if failed else catalog.END
    add(connection, *(Note(event_type, order.instance_uuid, order.action_id, host=report.host)
                      for event_type in catalog.left(order.workflow, order.step, succeeded, ended)))
    if follow_up is not None:
        entered(connection, [follow_up], follow_up.step)


def chosen(connection, spec: RequestSpec) -> None:
    """The scheduler has chosen hosts for the servers of a request."""
    if wanted(connection):
        payload = payloads.request_spec(spec, initiator()["user_id"], [])
        add(connection, *(Note(f"scheduler.select_destinations.{phase}", payload=payload)
                          for phase in (catalog.START, catalog.END)))


# -- servers --------------------------------------------------------------------------------------------
def created(connection, uuids) -> None:
    if CONF.notifications.notify_on_state_change:
        add(connection, *(Note("instance.update", uuid) for uuid in uuids))


def seen(connection, uuids, event: str) -> None:
    """An event of the state table."""
    add(connection, *(Note(event_type, uuid) for uuid in uuids for event_type in catalog.SEEN.get(event, ())))


def locked(connection, uuid: str, locked_by: str | None) -> None:
    add(connection, Note("instance.lock" if locked_by else "instance.unlock", uuid))


def is_update(connection, names) -> bool:
    """Whether a change of these columns is an instance.update: then the rows before it must be told."""
    if not wanted(connection):
        return False
    option = CONF.notifications.notify_on_state_change
    states = {"vm_state", "task_state"} if option == "vm_and_task_state" else {"vm_state"}
    return "tags" in names or (option is not None and bool({"display_name", *states} & set(names)))


def updated(connection, before: list[Instance]) -> None:
    """These servers change, and were like this; of several changes in one transaction the bus is told once."""
    known = {note.uuid for note in connection.get_execution_options()[OPTION] if note.event_type == "instance.update"}
    add(connection, *(Note("instance.update", server.uuid, before=server) for server in before
                      if server.uuid not in known))


# -- everything else ------------------------------------------------------------------------------------
def told(connection, name: str, payload: dict) -> None:
    """A change of something else is made: with the phases that its notification has."""
    phases = catalog.NOTIFICATIONS[name].phases or ("",)
    add(connection, *(Note(catalog.event_type(name, phase), payload=payload) for phase in phases))
