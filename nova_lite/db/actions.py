"""Orders and their events.  Every change of an open order is a compare-and-swap on (id, step, attempt)."""
import datetime
import functools
from collections.abc import Sequence

import sqlalchemy as sa

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.db import each, instances, notes, prepared
from nova_lite.db.tables import action_events, actions
from nova_lite.models import Action, Event, Instance, Order
from nova_lite.trace import now

OPEN, DONE, FAILED, CANCELLED = "open", "done", "failed", "cancelled"


def _from_row(row) -> Action:
    return Action.from_dict(dict(row._mapping))


def lease(seconds: int | None = None) -> datetime.datetime:
    """The deadline of a step that is sent now."""
    return now() + datetime.timedelta(seconds=CONF.workflow.step_lease if seconds is None else seconds)


def insert(connection, context, instance_uuids, action: str, workflow: str, *, step: str | None,
           host: str | None = None, timeout: int = 0, params: dict | None = None,
           secrets: dict | None = None) -> list[Order]:
    """One order for each server, in one statement; ``step`` None: done already (its row is only the record).

    ``timeout``: seconds that the first step may take in all.
    """
    at = now()
    rows = [{
        "instance_uuid": uuid, "action": action, "workflow": workflow, "request_id": context.request_id,
        "user_id": context.user_id or "", "project_id": context.project_id or "", "start_time": at, "updated_at": at,
        "state": OPEN if step else DONE, "finish_time": None if step else at, "step": step, "step_host": host,
        "attempt": 1, "tries": 0, "hosts_tried": [], "step_started_at": at if step else None,
        "deadline": lease() if step else None,
        "give_up_at": at + datetime.timedelta(seconds=timeout or CONF.workflow.step_timeout) if step else None,
        "params": params or {}, "secrets": secrets} for uuid in instance_uuids]
    ids = connection.execute(actions.insert().returning(actions.c.id, sort_by_parameter_order=True), rows).scalars()
    orders = [Order(id_, row["instance_uuid"], workflow, step or "", 1, context.request_id)
              for id_, row in zip(ids, rows, strict=True)]
    if step:
        notes.placed(connection, orders)
    return orders


def load(connection, action_ids) -> list[tuple[Action, Instance]]:
    """Orders with their servers, deleted ones too, in one statement."""
    rows = connection.execute(_load(), {"ids": list(action_ids)})
    return [(Action.from_dict(dict(zip(_KEYS, row, strict=False))), instances.from_row(row[len(_KEYS):]))
            for row in rows]


_KEYS = tuple(column.key for column in actions.columns)


@functools.cache
def _load():
    own = [column.label(f"a_{column.key}") for column in actions.columns]
    return sa.select(*own, *instances.columns).join(
        instances.table, instances.table.c.uuid == actions.c.instance_uuid).where(
        actions.c.id.in_(sa.bindparam("ids", expanding=True)))


def _swap(connection, order: Order, values: dict) -> None:
    values = {"updated_at": now(), **values}
    result = connection.execute(_swapping(tuple(values)), {
        "order_id": order.action_id, "order_step": order.step, "order_attempt": order.attempt,
        **prepared.given(values)})
    if result.rowcount != 1:
        raise exceptions.StaleOrder(action_id=order.action_id, step=order.step, attempt=order.attempt)


@functools.cache
def _swapping(names: tuple[str, ...], several: bool = False):
    which = actions.c.id.in_(sa.bindparam("order_id", expanding=True)) if several else \
        actions.c.id == sa.bindparam("order_id")
    return actions.update().where(
        which, actions.c.state == OPEN, actions.c.step == sa.bindparam("order_step"),
        actions.c.attempt == sa.bindparam("order_attempt")).values(prepared.binds(actions, names))


def touch(connection, order: Order) -> None:
    """Extend the lease of the current delivery.  Raises StaleOrder."""
    _swap(connection, order, {"deadline": lease()})


def finish(connection, order: Order, state: str = DONE, message: str | None = None, **values) -> None:
    """Close the order; ``values``: further columns.  Raises StaleOrder when ``order`` is not its current delivery."""
    _swap(connection, order, {"state": state, "message": message, "finish_time": now(), "deadline": None,
                              "give_up_at": None, "secrets": None, **values})


def finish_each(connection, orders: Sequence[Order], state: str, message: str | None, **values) -> int:
    """``finish`` of several orders that are at the same step and attempt; how many were closed."""
    at = now()
    values = {"updated_at": at, "state": state, "message": message, "finish_time": at, "deadline": None,
              "give_up_at": None, "secrets": None, **values}
    return connection.execute(_swapping(tuple(values), True), {
        "order_id": [order.action_id for order in orders], "order_step": orders[0].step,
        "order_attempt": orders[0].attempt, **prepared.given(values)}).rowcount


def move(connection, order: Order, step: str, *, host: str | None = None, timeout: int, **values) -> Order:
    """Go to another step: a new attempt, a new lease.  Raises StaleOrder."""
    at = now()
    _swap(connection, order, {
        "step": step, "step_host": host, "attempt": order.attempt + 1, "tries": 0, "step_started_at": at,
        "deadline": lease(), "give_up_at": at + datetime.timedelta(seconds=timeout), **values})
    return Order(order.action_id, order.instance_uuid, order.workflow, step, order.attempt + 1, order.request_id)


def note_in_params(connection, order: Order, params: dict) -> None:
    """These are the params of the order now; its current delivery goes on.  Raises StaleOrder."""
    _swap(connection, order, {"params": params})


def fail_over(connection, order: Order, step: str, params: dict, error: Exception) -> Order:
    """Go to the step that undoes what was done, and finds the error as ``fault`` in the params.  Raises StaleOrder."""
    fault = {"code": getattr(error, "code", 500), "message": str(error)[:255], "details": "",
             "created": now().isoformat()}
    return move(connection, order, step, timeout=CONF.workflow.step_timeout, params={**params, "fault": fault})


@functools.cache
def _moving(rows: int):
    return actions.update().where(
        each.among(actions.c.id, rows), actions.c.state == OPEN, actions.c.step == sa.bindparam("old_step"),
        actions.c.attempt == sa.bindparam("old_attempt")).values(
        updated_at=sa.bindparam("at"), step=sa.bindparam("new_step"), step_host=each.own(
            actions.c.id, actions.c.step_host, rows), attempt=actions.c.attempt + 1, tries=0,
        step_started_at=sa.bindparam("at"), deadline=sa.bindparam("until"), give_up_at=sa.bindparam("last"))


def move_each(connection, placed: Sequence[tuple[Order, str]], step: str, *, timeout: int) -> int:
    """``move`` of several orders, each to its host, that are at the same step and attempt; how many were moved."""
    at, moved = now(), 0
    first = placed[0][0]
    common = {"old_step": first.step, "old_attempt": first.attempt, "new_step": step, "at": at, "until": lease(),
              "last": at + datetime.timedelta(seconds=timeout)}
    for chunk in each.chunks(placed):
        rows = [{"id": order.action_id, "step_host": host} for order, host in chunk]
        moved += connection.execute(_moving(each.size(rows)),
                                    {**common, **each.parameters(actions.c.id, rows)}).rowcount
    return moved


def set_params(connection, action_id: int, **params) -> None:
    """Add to what the steps of an order are told; the caller's transaction has just moved it."""
    row = connection.execute(sa.select(actions.c.params).where(actions.c.id == action_id)).one()
    connection.execute(actions.update().where(actions.c.id == action_id).values(params={**row.params, **params}))


def placed(connection, instance_uuids, request_id: str) -> list[Order]:
    """The orders that a request has placed for these servers, whatever became of them."""
    rows = connection.execute(sa.select(actions).where(
        actions.c.instance_uuid.in_(list(instance_uuids)), actions.c.request_id == request_id).order_by(actions.c.id))
    return [_from_row(row).order() for row in rows]


def still_open(connection, orders) -> list[Order]:
    """Those of the orders that are still current."""
    rows = connection.execute(sa.select(
        actions.c.id, actions.c.instance_uuid, actions.c.step, actions.c.attempt).where(
        actions.c.id.in_([o.action_id for o in orders]), actions.c.state == OPEN)).all()
    current = {tuple(row) for row in rows}
    return [o for o in orders if (o.action_id, o.instance_uuid, o.step, o.attempt) in current]


def redeliver(connection, action: Action, tries: int) -> Order:
    """Take the next delivery of the current step: only one conductor gets it.  Raises StaleOrder."""
    order = action.order()
    _swap(connection, order, {"attempt": order.attempt + 1, "tries": tries, "deadline": lease()})
    return Order(order.action_id, order.instance_uuid, order.workflow, order.step, order.attempt + 1, order.request_id)


def extend(connection, orders) -> int:
    """Extend the leases of steps that a host is working on, never beyond ``give_up_at``; one statement."""
    until = lease()
    result = connection.execute(
        actions.update().where(
            sa.tuple_(actions.c.id, actions.c.attempt).in_([(o.action_id, o.attempt) for o in orders]),
            actions.c.state == OPEN)
        .values(deadline=sa.case((actions.c.give_up_at < until, actions.c.give_up_at), else_=until)))
    return result.rowcount


def overdue(connection, limit: int = 200) -> list[int]:
    """Ids of open orders whose deadline has passed, the longest overdue first."""
    return list(connection.execute(sa.select(actions.c.id).where(actions.c.deadline < now())
                                   .order_by(actions.c.deadline).limit(limit)).scalars())


def open_on_host(connection, host: str) -> list[int]:
    """Ids of open orders whose current step is the host's."""
    return list(connection.execute(sa.select(actions.c.id).where(actions.c.step_host == host,
                                                                 actions.c.state == OPEN)).scalars())


def worked_on(connection, host: str) -> list[str]:
    """Uuids of servers that an open order's step on the host works on."""
    return list(connection.execute(sa.select(actions.c.instance_uuid).distinct().where(
        actions.c.step_host == host, actions.c.state == OPEN)).scalars())


def is_open(connection, instance_uuid: str, action: str) -> bool:
    """Whether such an order of the server is open."""
    return connection.execute(sa.select(actions.c.id).where(
        actions.c.instance_uuid == instance_uuid, actions.c.action == action,
        actions.c.state == OPEN)).first() is not None


def images_in_making(connection, instance_uuid: str) -> list[str]:
    """Ids of the images that open orders of a server make: who cancels those sees to it that these go."""
    found = connection.scalars(sa.select(actions.c.params).where(
        actions.c.instance_uuid == instance_uuid, actions.c.state == OPEN))
    return [params["image"]["id"] for params in found if params.get("image")]


def shelved_image(connection, instance_uuid: str) -> str | None:
    """The id of the image that a shelved server was last made; None for one that was never shelved."""
    params = connection.scalar(sa.select(actions.c.params).where(
        actions.c.instance_uuid == instance_uuid, actions.c.action == "shelve").order_by(actions.c.id.desc()).limit(1))
    return params["image"]["id"] if params else None


def cancel_open(connection, instance_uuid: str, keep: Sequence[str] = ()) -> int:
    """Close every open order of a server (a delete takes over), but of these workflows; their late reports will be
    refused."""
    at = now()
    return connection.execute(
        actions.update().where(actions.c.instance_uuid == instance_uuid, actions.c.state == OPEN,
                               actions.c.workflow.not_in(keep))
        .values(state=CANCELLED, message="Error", finish_time=at, updated_at=at, deadline=None, give_up_at=None,
                secrets=None)).rowcount


def add_events(connection, action_id: int, events) -> None:
    """Store hops, one statement for all."""
    rows = [{"action_id": action_id, **{f: getattr(event, f) for f in Event.__dataclass_fields__}} for event in events]
    if rows:
        connection.execute(action_events.insert(), rows)


def add_events_many(connection, events_by_action: dict) -> None:
    """``add_events`` for several orders at once."""
    rows = [{"action_id": action_id, **{f: getattr(event, f) for f in Event.__dataclass_fields__}}
            for action_id, events in events_by_action.items() for event in events]
    if rows:
        connection.execute(action_events.insert(), rows)


def has_been(uuid, action: str):
    """A condition: the server whose uuid is in this column has had such an action."""
    others = actions.alias()
    return sa.exists().where(others.c.instance_uuid == uuid, others.c.action == action)


def of_instance(connection, instance_uuid: str) -> list[Action]:
    """A server's actions, newest first."""
    query = sa.select(actions).where(actions.c.instance_uuid == instance_uuid).order_by(actions.c.id.desc())
    return [_from_row(row) for row in connection.execute(query)]


def by_request(connection, instance_uuid: str, request_id: str) -> Action:
    """The newest action of a request.  Raises ActionNotFound."""
    row = connection.execute(
        sa.select(actions).where(actions.c.instance_uuid == instance_uuid, actions.c.request_id == request_id)
        .order_by(actions.c.id.desc())).first()
    if row is None:
        raise exceptions.ActionNotFound(request_id=request_id, instance_uuid=instance_uuid)
    return _from_row(row)


def events(connection, action_ids) -> dict[int, list[Event]]:
    """Hops by action, in order of time."""
    found = {action_id: [] for action_id in action_ids}
    if found:
        rows = connection.execute(sa.select(action_events).where(action_events.c.action_id.in_(list(found)))
                                  .order_by(action_events.c.start, action_events.c.depth, action_events.c.id))
        for row in rows:
            found[row.action_id].append(Event.from_dict(dict(row._mapping)))
    return found


def open_orders(connection) -> list[Action]:
    """All open orders, oldest first (operators, the audit)."""
    return [_from_row(row) for row in connection.execute(
        sa.select(actions).where(actions.c.state == OPEN).order_by(actions.c.id))]


def open_page(connection, *, after: int = 0, limit: int) -> list[Action]:
    """Open orders with ids above ``after``, oldest first."""
    # Open orders alone have a deadline, and an index leads to those.
    return [_from_row(row) for row in connection.execute(
        sa.select(actions).where(actions.c.deadline.is_not(None), actions.c.id > after)
        .order_by(actions.c.id).limit(limit))]


def open_of_instance(connection, instance_uuid: str) -> list[Action]:
    """A server's open orders, oldest first."""
    return [_from_row(row) for row in connection.execute(
        sa.select(actions).where(actions.c.instance_uuid == instance_uuid, actions.c.state == OPEN)
        .order_by(actions.c.id))]
