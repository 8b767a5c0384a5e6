"""One UPDATE for several rows, each with values of its own: ``SET column = CASE key WHEN … THEN … END``.

To build a statement costs SQLAlchemy ten times what the database needs for it, so callers keep theirs, one for each
size.  There are few sizes: rows are cut into chunks, and a chunk is filled up by its last row.
"""
from collections.abc import Iterator, Sequence

import sqlalchemy as sa

MOST = 64                       # rows of one statement


def chunks(rows: Sequence) -> Iterator[Sequence]:
    """Of at most ``MOST`` rows."""
    for first in range(0, len(rows), MOST):
        yield rows[first:first + MOST]


def size(rows: Sequence) -> int:
    """Of the statement for a chunk: the next power of two."""
    return 1 << (len(rows) - 1).bit_length()


def among(key: sa.Column, rows: int):
    """The rows' condition; ``key`` is the column that tells them apart."""
    keys = [_key(key, n) for n in range(rows)]
    return key == keys[0] if rows == 1 else key.in_(keys)


def own(key: sa.Column, column: sa.Column, rows: int):
    """The value of ``column`` that is a row's own."""
    values = [sa.bindparam(f"own_{column.key}_{n}", type_=column.type) for n in range(rows)]
    return values[0] if rows == 1 else sa.case(*((_key(key, n), values[n]) for n in range(rows)), value=key)


def parameters(key: sa.Column, rows: Sequence[dict]) -> dict:
    """Of a chunk, for a statement of its size; ``rows``: {column name: value}, the key's among them."""
    found, wanted = {}, size(rows)
    for n in range(wanted):
        for name, value in rows[min(n, len(rows) - 1)].items():
            found[f"key_{n}" if name == key.key else f"own_{name}_{n}"] = value
    return found


def _key(key: sa.Column, n: int):
    return sa.bindparam(f"key_{n}", type_=key.type)
