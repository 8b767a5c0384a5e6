"""A page of servers, by any filter and order, without OFFSET: its cost does not grow with the table.

Called by ``list`` and ``list_names`` of ``compute.api.API`` alone.  A page begins after its marker's sort values
(keyset paging), so pages stay right while servers come and go.  NULL sorts below every value in all databases here.
"""
import json
import typing
from collections.abc import Sequence

import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_lite import exceptions, states
from nova_lite.db import instances
from nova_lite.db.tables import instances as table
from nova_lite.models import Instance
from nova_lite.models.server_query import ServerQuery

# Fields of Instance that may be sorted by and filtered on; all are plain columns.
FIELDS = {name: table.c[name] for name in (
    "id", "uuid", "project_id", "user_id", "display_name", "display_description", "hostname", "vm_state", "task_state",
    "power_state", "progress", "host", "node", "availability_zone", "flavorid", "image_ref", "key_name",
    "config_drive", "reservation_id", "launch_index", "root_device_name", "auto_disk_config", "access_ip_v4",
    "access_ip_v6", "locked_by", "created_at", "updated_at", "launched_at", "terminated_at")}
_INDEXES = {tuple(column.name for column in index.columns): index.name for index in table.indexes}
_CHOSEN_BY = frozenset(("uuid", "host"))            # with one of them an index of its own finds few servers


class Named(typing.NamedTuple):
    """What a list without details tells of a server."""

    uuid: str
    display_name: str


def list_servers(connection, query: ServerQuery) -> list[Instance]:
    """One page.  At most two statements: the marker's row, the page.

    Raises MarkerNotFound (400) for a marker that is not the project's, Invalid (400) for a regular
    expression that the database does not take.
    """
    return [instances.from_row(row) for row in _page(connection, query, instances.columns)]


def list_names(connection, query: ServerQuery) -> list[Named]:
    """As ``list_servers``, in a fifth of its time."""
    return [Named(*row) for row in _page(connection, query, (table.c.uuid, table.c.display_name))]


def _page(connection, query: ServerQuery, columns: Sequence) -> list:
    if query.limit <= 0:
        return []
    order = _unique(query.sort)
    statement = sa.select(*columns).where(*_conditions(query))
    if query.marker is not None:
        statement = statement.where(_after(order, _marker(connection, query, order)))
    statement = _by_index(statement.order_by(*_order_by(order)).limit(query.limit), query, order)
    try:
        return connection.execute(statement).all()
    except db_exc.DBConnectionError:
        raise
    except (db_exc.DBError, sa.exc.DBAPIError) as error:
        if query.matching or query.ip or query.ip6:
            raise exceptions.Invalid("Invalid regular expression in a filter.") from error
        raise


# -- filters -----------------------------------------------------------------------------------------
def _conditions(query: ServerQuery) -> list:
    found = []
    # "= false" and not "IS false": only the former uses an index of MySQL.
    if query.deleted is not None:
        found.append(table.c.deleted == sa.literal(query.deleted))
    if query.deleted is False and not query.soft_deleted:
        found.append(table.c.vm_state != states.SOFT_DELETED)
    elif query.deleted and query.soft_deleted:
        found[-1] = sa.or_(found[-1], table.c.vm_state == states.SOFT_DELETED)
    if query.project_id is not None:
        found.append(table.c.project_id == query.project_id)
    for field, value in query.equal.items():
        found.append(FIELDS[field].in_(value) if isinstance(value, tuple | list) else FIELDS[field] == value)
    for field, pattern in query.matching.items():
        found.append(FIELDS[field].regexp_match(pattern))
    for pattern, mark in ((query.ip, "."), (query.ip6, ":")):
        if pattern:
            found.append(sa.and_(table.c.addresses.contains(mark), table.c.addresses.regexp_match(_each(pattern))))
    if query.states is not None:
        found.append(sa.or_(sa.false(), *(_in_state(vm_state, tasks) for vm_state, tasks in query.states)))
    if query.locked is not None:
        found.append(table.c.locked_by.is_not(None) if query.locked else table.c.locked_by.is_(None))
    if query.changes_since is not None:
        found.append(table.c.updated_at >= query.changes_since)
    if query.changes_before is not None:
        found.append(table.c.updated_at <= query.changes_before)
    return found + _tag_conditions(query)


def _each(pattern: str) -> str:
    """``^`` and ``$`` at the ends mean one address of the blank-separated list."""
    begins, ends = pattern.startswith("^"), pattern.endswith("$") and not pattern.endswith("\\$")
    body = pattern[begins:len(pattern) - ends]
    return ("(^| )" if begins else "") + body + ("( |$)" if ends else "")


def _in_state(vm_state: str, tasks):
    """``tasks`` None: every task state that does not make another ``status`` of this vm_state."""
    if tasks is not None:
        return sa.and_(table.c.vm_state == vm_state, table.c.task_state.in_(tasks))
    special = [task for task in states.STATUS[vm_state] if task is not None]
    if not special:
        return table.c.vm_state == vm_state
    return sa.and_(table.c.vm_state == vm_state,
                   sa.or_(table.c.task_state.is_(None), table.c.task_state.not_in(special)))


def _has_tag(tag: str):
    # LIKE ignores case in SQLite and MySQL, replace() does not anywhere.  A JSON column may hold a letter
    # beyond ASCII as itself or escaped.
    text = sa.cast(table.c.tags, sa.Text().with_variant(sa.CHAR(), "mysql", "mariadb"))
    return sa.or_(*(sa.func.replace(text, form, "") != text
                    for form in {json.dumps(tag), json.dumps(tag, ensure_ascii=False)}))


def _tag_conditions(query: ServerQuery) -> list:
    found = [_has_tag(tag) for tag in query.tags]
    if query.tags_any:
        found.append(sa.or_(*map(_has_tag, query.tags_any)))
    if query.not_tags:
        found.append(sa.not_(sa.and_(*map(_has_tag, query.not_tags))))
    found.extend(sa.not_(_has_tag(tag)) for tag in query.not_tags_any)
    return found


# -- order and pages ------------------------------------------------------------------------------------
def _unique(sort) -> list[tuple]:
    """(column, descending) pairs, each column once, ending with one that no two rows share."""
    order, seen = [], set()
    for field, direction in (*sort, ("id", sort[-1][1] if sort else "desc")):
        if field not in seen:
            seen.add(field)
            order.append((FIELDS[field], direction == "desc"))
    return order


def _order_by(order):
    for column, descending in order:
        keys = [column] if not column.nullable else [sa.case((column.is_(None), 0), else_=1), column]
        yield from (key.desc() if descending else key.asc() for key in keys)


def _by_index(statement, query: ServerQuery, order):
    """MariaDB and MySQL guess that no range holds more than half of the rows, and then take the index without it: a
    page in the middle would be a walk past all servers that are newer."""
    equal = ("deleted",) if query.project_id is None else ("project_id", "deleted")
    name = _INDEXES.get((*equal, *(column.name for column, _ in order)))
    if (name is None or query.deleted is not False or query.equal.keys() & _CHOSEN_BY
            or len({descending for _, descending in order}) > 1):
        return statement
    hint = f"FORCE INDEX FOR ORDER BY ({name})"
    return statement.with_hint(table, hint, "mysql").with_hint(table, hint, "mariadb")


def _marker(connection, query: ServerQuery, order):
    statement = sa.select(*(column for column, _ in order)).where(table.c.uuid == query.marker)
    if query.project_id is not None:
        statement = statement.where(table.c.project_id == query.project_id)
    row = connection.execute(statement).first()
    if row is None:
        raise exceptions.MarkerNotFound(marker=query.marker)
    return row


def _after(order, values):
    """For keys a, b, c:  a after A  OR  a = A AND (b after B  OR  b = B AND c after C)."""
    condition = sa.false()
    for (column, descending), value in reversed(list(zip(order, values, strict=True))):
        condition = sa.or_(_beyond(column, descending, value), sa.and_(_same(column, value), condition))
    first, descending = order[0]
    if not first.nullable:
        # Says nothing new, but is a range of the index; the OR alone is none for SQLite and MySQL.
        bound = sa.literal(values[0], first.type)
        condition = sa.and_(first <= bound if descending else first >= bound, condition)
    return condition


def _same(column, value):
    return column.is_(None) if value is None else column == value


def _beyond(column, descending: bool, value):
    if value is None:
        return sa.false() if descending else column.is_not(None)
    bound = sa.literal(value, column.type)          # SQLAlchemy orders no bare booleans
    if not descending:
        return column > bound
    return sa.or_(column < bound, column.is_(None)) if column.nullable else column < bound
