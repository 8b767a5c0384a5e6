"""Tokens that are refused before they expire: a table, and each process's short-lived copy of it.

Every process that checks tokens reads the table at most once in REFRESH seconds, whatever the
number of requests; so a token revoked in one process may pass in another for so long.
"""
import threading
import time
from collections.abc import Iterable

import sqlalchemy as sa

from nova_lite.db import session
from nova_lite.embedded.tables import revoked_tokens

REFRESH = 5.0
_lock = threading.Lock()
_copy: dict[str, float] = {}
_read_at: float | None = None


def is_revoked(keys: Iterable[str], issued_at: float) -> bool:
    """Whether anything that a token made at ``issued_at`` depends on was revoked since.

    Raises ServiceUnavailable when the table cannot be read.
    """
    copy = _current()
    return any(issued_at <= copy.get(key, 0.0) for key in keys)


def _current() -> dict[str, float]:
    global _copy, _read_at
    now = time.monotonic()
    if _read_at is not None and now - _read_at < REFRESH:
        return _copy
    with _lock:
        if _read_at is None or time.monotonic() - _read_at >= REFRESH:
            # The time is taken before the read: a row that commits during it is seen next time.
            begun = time.monotonic()
            with session.reader() as connection:
                rows = connection.execute(sa.select(revoked_tokens.c.key, revoked_tokens.c.revoked_at)
                                          .where(revoked_tokens.c.expires_at > time.time())).all()
            _copy, _read_at = {row.key: row.revoked_at for row in rows}, begun
        return _copy


def add(key: str, expires_at: float) -> None:
    """Write a revocation, drop those that no longer matter, and forget this process's copy."""
    _write(key, time.time(), expires_at)
    forget()


def forget() -> None:
    """Read the table anew at the next check."""
    global _read_at
    with _lock:
        _read_at = None


@session.transaction
def _write(connection, key: str, now: float, expires_at: float) -> None:
    connection.execute(revoked_tokens.delete().where(
        sa.or_(revoked_tokens.c.expires_at < now, revoked_tokens.c.key == key)))
    connection.execute(revoked_tokens.insert().values(key=key, revoked_at=now, expires_at=expires_at))
