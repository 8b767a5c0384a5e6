"""Pages by key: ``limit``, ``marker``, ``sort_key``, ``sort_dir``, for the lists of images and networks.

A page never counts an offset, so it costs the same anywhere, and stays right when rows are added.
"""
import dataclasses

import sqlalchemy as sa

from nova_lite.embedded.errors import bad_request


@dataclasses.dataclass(frozen=True)
class Page:
    """``sort``: (column name, "asc" or "desc") pairs that end with a unique one; ``limit`` None: all."""

    sort: tuple[tuple[str, str], ...]
    limit: int | None = None
    marker: str | None = None


def parse_limit(text: str | None, most: int, default: int | None) -> int | None:
    """Raises ApiError (400) for what is not a whole number from 0 on."""
    if text is None:
        return default
    try:
        limit = int(text)
    except ValueError as exc:
        raise bad_request("limit param must be an integer") from exc
    if limit < 0:
        raise bad_request("limit param must be positive")
    return min(limit, most)


def parse_sort(keys: list[str], directions: list[str], allowed, default: tuple) -> tuple[tuple[str, str], ...]:
    """Pairs of what the client gave; ``id`` is added at the end.  Raises ApiError (400)."""
    if len(directions) > len(keys):
        raise bad_request("The number of sort dirs exceeds the number of sort keys")
    pairs = []
    for index, key in enumerate(keys):
        direction = directions[index] if index < len(directions) else (directions[0] if directions else "asc")
        if key not in allowed:
            raise bad_request(f"Sort key '{key}' is not one of: {', '.join(sorted(allowed))}")
        if direction not in ("asc", "desc"):
            raise bad_request(f"Sort direction '{direction}' is not asc or desc")
        pairs.append((key, direction))
    pairs = pairs or list(default)
    if "id" not in (key for key, _ in pairs):
        pairs.append(("id", pairs[-1][1]))
    return tuple(pairs)


def _comparable(column: sa.Column):
    """NULL sorts below everything, on every database."""
    if not column.nullable:
        return column
    return sa.func.coalesce(column, -1 if isinstance(column.type, sa.Integer | sa.BigInteger) else "")


def apply(query: sa.Select, table: sa.Table, page: Page, marker) -> sa.Select:
    """The query, ordered and cut; ``marker`` is the row of ``page.marker`` (None: from the beginning)."""
    columns = [(_comparable(table.c[key]), key, direction) for key, direction in page.sort]
    if marker is not None:
        query = query.where(_after(columns, table, marker))
    query = query.order_by(*(column.desc() if direction == "desc" else column.asc()
                             for column, _, direction in columns))
    return query if page.limit is None else query.limit(page.limit)


def _after(columns, table, marker):
    """(a > x) or (a = x and b > y) or ...: row comparison, which not every database does by an index."""
    ways, equal = [], []
    for column, key, direction in columns:
        value = marker._mapping[table.c[key]]
        if value is None:
            value = -1 if isinstance(table.c[key].type, sa.Integer | sa.BigInteger) else ""
        ways.append(sa.and_(*equal, column < value if direction == "desc" else column > value))
        equal.append(column == value)
    return sa.or_(*ways)
