"""Tokens of consoles.  Only their hashes are kept: who reads the table reaches no console."""
import datetime
import hashlib

import sqlalchemy as sa

from nova_lite.db.tables import console_tokens as table
from nova_lite.models import ConsoleEndpoint, ConsoleToken
from nova_lite.trace import now

BATCH = 1000           # rows that one statement deletes


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def add(connection, token: str, granted: ConsoleToken, seconds: int) -> None:
    """It is good for so many seconds from now."""
    endpoint = granted.endpoint
    connection.execute(sa.insert(table).values(
        token_hash=_hash(token), instance_uuid=granted.instance_uuid, console_type=granted.console_type,
        host=endpoint.host, port=endpoint.port, internal_access_path=endpoint.internal_access_path,
        expires_at=now() + datetime.timedelta(seconds=seconds)))


def find(connection, token: str) -> ConsoleToken | None:
    """None when there is none, or it is too old."""
    row = connection.execute(sa.select(table).where(
        table.c.token_hash == _hash(token), table.c.expires_at > now())).one_or_none()
    return row and ConsoleToken(row.instance_uuid, row.console_type,
                                ConsoleEndpoint(row.host, row.port, row.internal_access_path))


def expire(connection) -> int:
    """Forget some that are too old; how many: fewer than BATCH when there are no more."""
    found = connection.scalars(sa.select(table.c.token_hash).where(table.c.expires_at <= now()).limit(BATCH)).all()
    if found:
        connection.execute(sa.delete(table).where(table.c.token_hash.in_(found)))
    return len(found)
