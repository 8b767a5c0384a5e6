"""Servers, and the one door through which their states change."""
import dataclasses
import datetime
import functools
import typing
from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from nova_lite import exceptions, states
from nova_lite.db import each, notes, prepared
from nova_lite.db.tables import actions
from nova_lite.db.tables import instances as table
from nova_lite.models import Instance, Vif
from nova_lite.trace import now

_FIELDS = {column.key: column for column in table.columns}
_RENAMED = {"metadata_": "metadata"}
_LISTS = ("tags", "security_groups", "network_info", "requested_networks", "block_devices")
# What a model is made of: the journal is the audit's alone, and long.
columns = [column for column in table.columns if column.key != "history"]
HISTORY_LENGTH = 1000            # characters kept: about the last hundred changes


class _Last(sa.sql.functions.FunctionElement):
    """The last n characters of a text."""

    name, inherit_cache = "last", True
    type = sa.Text()


@compiles(_Last)
def _last(element, compiler, **kwargs):
    text, length = element.clauses
    return f"right({compiler.process(text, **kwargs)}, {compiler.process(length, **kwargs)})"


@compiles(_Last, "sqlite")
def _last_of_sqlite(element, compiler, **kwargs):
    text, length = element.clauses
    return f"substr({compiler.process(text, **kwargs)}, -{compiler.process(length, **kwargs)})"


_KEYS = tuple(_RENAMED.get(column.key, column.key) for column in columns)


def from_row(row) -> Instance:
    """A row of ``columns`` as a model."""
    return Instance.from_dict(dict(zip(_KEYS, row, strict=True)))


def _columns(values: dict) -> dict:
    """Model fields as column values."""
    found = {}
    for key, value in values.items():
        if key == "metadata":
            key = "metadata_"
        elif key in ("flavor", "image_meta", "fault") and hasattr(value, "to_dict"):
            value = value.to_dict()
        elif key in _LISTS and value is not None:
            value = [item.to_dict() if hasattr(item, "to_dict") else item for item in value]
        found[key] = value
    if "network_info" in found:
        found["addresses"] = " ".join(ip["address"] for vif in found["network_info"] for ip in vif["fixed_ips"])
    if "flavor" in found:
        found["flavorid"] = found["flavor"]["flavorid"]
    return found


def insert(connection, servers) -> None:
    """Insert new servers, one statement for all."""
    rows = []
    for server in servers:
        values = {field: getattr(server, field) for field in server.__dataclass_fields__ if field != "id"}
        rows.append(_columns(values))
    connection.execute(table.insert(), rows)
    notes.created(connection, [server.uuid for server in servers])


def get(connection, uuid: str, *, project_id: str | None = None, deleted: bool = False,
        for_update: bool = False) -> Instance:
    """One server; with ``for_update`` its row is locked until the transaction's end.

    Raises InstanceNotFound, also when it is another project's, or deleted and ``deleted`` is false.
    """
    parameters = {"uuid": uuid} if project_id is None else {"uuid": uuid, "project_id": project_id}
    row = connection.execute(_get(deleted, project_id is not None, for_update), parameters).first()
    if row is None:
        raise exceptions.InstanceNotFound(instance_id=uuid)
    return from_row(row)


@functools.cache
def _get(deleted: bool, of_project: bool, for_update: bool):
    query = sa.select(*columns).where(table.c.uuid == sa.bindparam("uuid"))
    if not deleted:
        query = query.where(table.c.deleted.is_(False))
    if of_project:
        query = query.where(table.c.project_id == sa.bindparam("project_id"))
    return query.with_for_update() if for_update else query


def hosts(connection, uuids) -> dict[str, str | None]:
    """{uuid: host} of those servers that live."""
    return dict(connection.execute(sa.select(table.c.uuid, table.c.host).where(
        table.c.uuid.in_(uuids), table.c.deleted.is_(False))).all())


def on_host(connection, host: str) -> list[Instance]:
    """The servers that a host has, or is building."""
    rows = connection.execute(sa.select(*columns).where(table.c.host == host, table.c.deleted.is_(False)))
    return [from_row(row) for row in rows]


@dataclasses.dataclass(frozen=True)
class _Generation:
    """The condition that a row has this one."""

    number: int


def unchanged(instance: Instance) -> _Generation:
    """The row is the one that was looked at.  What cancels open orders must know that it saw them all: one that
    another transaction commits meanwhile would stay open, and work against the new one."""
    return _Generation(instance.generation)


def soft_deleted_before(connection, at: datetime.datetime, limit: int) -> list[str]:
    """Uuids of idle servers that were soft-deleted before, the longest ago first."""
    return list(connection.execute(sa.select(table.c.uuid).where(
        table.c.deleted.is_(False), table.c.vm_state == states.SOFT_DELETED, table.c.task_state.is_(None),
        table.c.deleted_at < at).order_by(table.c.deleted_at).limit(limit)).scalars())


def shelved_before(connection, at: datetime.datetime) -> list[tuple[str, str]]:
    """(uuid, host) of servers at rest that are shelved since before this moment, still on a host."""
    shelved = sa.func.max(actions.c.finish_time)
    return [tuple(row) for row in connection.execute(
        sa.select(table.c.uuid, table.c.host).join(actions, actions.c.instance_uuid == table.c.uuid)
        .where(table.c.vm_state == states.SHELVED, table.c.task_state.is_(None), table.c.deleted.is_(False),
               actions.c.action == "shelve").group_by(table.c.uuid, table.c.host).having(shelved < at))]


def offloads_failed_since(connection, shelved: datetime.datetime,
                          changed: datetime.datetime) -> list[tuple[str, str, datetime.datetime, int]]:
    """(uuid, host, last change, how often) of servers at rest whose offload was given up, of those that are shelved
    since before the one moment and were changed after the other."""
    given_up = sa.and_(actions.c.state == "failed", actions.c.step.in_(("shelve_offload_instance", "unbind_ports")))
    failures = sa.func.count(sa.case((given_up, actions.c.id)))
    since = sa.func.max(sa.case((actions.c.action == "shelve", actions.c.finish_time)))
    return [tuple(row) for row in connection.execute(
        sa.select(table.c.uuid, table.c.host, table.c.updated_at, failures)
        .join(actions, actions.c.instance_uuid == table.c.uuid)
        .where(table.c.updated_at > changed, table.c.vm_state == states.SHELVED, table.c.task_state.is_(None),
               table.c.deleted.is_(False))
        .group_by(table.c.uuid, table.c.host, table.c.updated_at).having(failures > 0, since < shelved))]


def update(connection, uuid: str, **values) -> bool:
    """Change what is not state (name, metadata, lock …) of a live server; False when there is none."""
    if {"vm_state", "task_state"} & values.keys():
        raise ValueError("states change through transition() only")
    _note_update(connection, [uuid], values)
    if "locked_by" in values:
        notes.locked(connection, uuid, values["locked_by"])
    result = connection.execute(
        table.update().where(table.c.uuid == uuid, table.c.deleted.is_(False))
        .values(updated_at=now(), generation=table.c.generation + 1, **_columns(values)))
    return result.rowcount == 1


def _note_update(connection, uuids, names) -> None:
    if notes.is_update(connection, names):
        notes.updated(connection, [from_row(row) for row in connection.execute(
            sa.select(*columns).where(table.c.uuid.in_(uuids)).with_for_update())])


def hold(connection, uuid: str, *where) -> None:
    """Note that something begins with a server whose states stay as they are; what was read before is old then.

    ``where``: ``unchanged``.  Raises UnexpectedTaskStateError when it does not hold.
    """
    conditions = [table.c.generation == generation.number for generation in where]
    result = connection.execute(table.update().where(
        table.c.uuid == uuid, table.c.deleted.is_(False), *conditions).values(
        updated_at=now(), generation=table.c.generation + 1))
    if result.rowcount != 1:
        raise exceptions.UnexpectedTaskStateError(instance_uuid=uuid, expected="what was read", actual="another")


def change_network_info(connection, uuid: str, change: Callable[[tuple], Iterable]) -> None:
    """``change(interfaces)`` gives the new ones of a server; fine when it is gone."""
    row = connection.execute(sa.select(table.c.network_info).where(
        table.c.uuid == uuid, table.c.deleted.is_(False)).with_for_update()).first()
    if row is not None:
        update(connection, uuid, network_info=tuple(change(tuple(map(Vif.from_dict, row.network_info or ())))))


def _expected(event: states.Transition):
    where = [table.c.deleted.is_(False), table.c.vm_state.in_(event.vm_from)]
    if event.task_from != states.ANY:
        named = [task for task in event.task_from if task is not None]
        condition = table.c.task_state.in_(named) if named else sa.false()
        if None in event.task_from:
            condition = sa.or_(condition, table.c.task_state.is_(None)) if named else table.c.task_state.is_(None)
        where.append(condition)
    return where


def transition(connection, uuid: str, event: str, *where, **values) -> None:
    """The one door.  Move a server by ``event`` of the state table, and set ``values`` with it.

    ``where``: ``unchanged``, or further SQL conditions on the row.  One UPDATE whose WHERE holds the expected states;
    raises UnexpectedTaskStateError when the row is in another state (or gone).
    """
    if transition_many(connection, [uuid], event, *where, **values) != 1:
        row = connection.execute(sa.select(table.c.vm_state, table.c.task_state).where(table.c.uuid == uuid)).first()
        raise exceptions.UnexpectedTaskStateError(
            instance_uuid=uuid, expected=f"the states of '{event}'",
            actual=f"vm_state {row.vm_state}, task_state {row.task_state}" if row else "gone")


@functools.cache
def _changes(event: str) -> dict:
    """The columns that an event changes."""
    move = states.TRANSITIONS[event]
    changes = {"generation": table.c.generation + 1, "history": _Last(table.c.history + f" {event}", HISTORY_LENGTH)}
    if move.vm_to != states.KEEP:
        changes["vm_state"] = move.vm_to
    if move.task_to != states.KEEP:
        changes["task_state"] = move.task_to
    return changes


def transition_many(connection, uuids, event: str, *where, **values) -> int:
    """``transition`` of several servers at once; how many were moved."""
    expressions = {name: value for name, value in values.items() if isinstance(value, sa.ColumnElement)}
    changes = _columns({name: value for name, value in values.items() if name not in expressions})
    _note_update(connection, uuids, {*changes, *_changes(event)})
    notes.seen(connection, uuids, event)
    changes["updated_at"] = now()
    generations = [one.number for one in where if isinstance(one, _Generation)]
    statement = _moving(event, len(uuids) == 1, bool(generations), tuple(changes))
    parameters = {"which": uuids[0] if len(uuids) == 1 else list(uuids), **prepared.given(changes)}
    if generations:
        [parameters["as_read"]] = generations
    if expressions:
        statement = statement.values(expressions)
    if conditions := [one for one in where if not isinstance(one, _Generation)]:
        statement = statement.where(*conditions)
    return connection.execute(statement, parameters).rowcount


@functools.cache
def _moving(event: str, one: bool, as_read: bool, names: tuple[str, ...]):
    which = table.c.uuid == sa.bindparam("which") if one else table.c.uuid.in_(sa.bindparam("which", expanding=True))
    where = [which, *_expected(states.TRANSITIONS[event])]
    if as_read:
        where.append(table.c.generation == sa.bindparam("as_read"))
    return table.update().where(*where).values({**_changes(event), **prepared.binds(table, names)})


class Place(typing.NamedTuple):
    """Where a server comes to be."""

    uuid: str
    host: str
    node: str
    availability_zone: str


@functools.cache
def _placing(event: str, rows: int):
    move, columns_ = states.TRANSITIONS[event], (table.c.host, table.c.node, table.c.availability_zone)
    return table.update().where(each.among(table.c.uuid, rows), *_expected(move)).values(
        updated_at=sa.bindparam("at"), attempt=table.c.attempt + 1, **_changes(event),
        **{column.key: each.own(table.c.uuid, column, rows) for column in columns_})


def place_each(connection, places: Sequence[Place], event: str) -> int:
    """``transition`` of several servers, each to its place, where an attempt begins; how many were moved."""
    uuids = [place.uuid for place in places]
    _note_update(connection, uuids, _changes(event))
    notes.seen(connection, uuids, event)
    at, moved = now(), 0
    for chunk in each.chunks(places):
        rows = [place._asdict() for place in chunk]
        moved += connection.execute(_placing(event, each.size(rows)),
                                    {"at": at, **each.parameters(table.c.uuid, rows)}).rowcount
    return moved
