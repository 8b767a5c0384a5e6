"""Idempotency keys that were used, and what was done for them: written in the transaction that does it."""
import datetime

import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.db.tables import idempotency_keys as table
from nova_lite.models.idempotency import FirstOutcome, IdempotencyKey
from nova_lite.trace import now

BATCH = 1000           # rows that one statement deletes


def _oldest() -> datetime.datetime:
    return now() - datetime.timedelta(seconds=CONF.api.idempotency_key_lifetime)


def find(connection, key: IdempotencyKey) -> FirstOutcome | None:
    """What was done for the key; None: it is new, or has expired.  Raises IdempotencyKeyReused (422)."""
    row = connection.execute(sa.select(table.c.fingerprint, table.c.outcome).where(
        table.c.id == key.id, table.c.created_at >= _oldest())).one_or_none()
    if row is None:
        return None
    if row.fingerprint != key.fingerprint:
        raise exceptions.IdempotencyKeyReused()
    return FirstOutcome.from_dict(row.outcome)


def remember(connection, key: IdempotencyKey, outcome: FirstOutcome) -> None:
    """Take the key.  Raises IdempotencyKeyInUse (409) when another request has taken it meanwhile.

    One that is about to waits here for its end.
    """
    connection.execute(sa.delete(table).where(table.c.id == key.id, table.c.created_at < _oldest()))
    try:
        connection.execute(sa.insert(table).values(
            id=key.id, fingerprint=key.fingerprint, outcome=outcome.to_dict(), created_at=now()))
    except db_exc.DBDuplicateEntry:
        raise exceptions.IdempotencyKeyInUse() from None


def expire(connection) -> int:
    """Forget some keys that are too old; how many: fewer than BATCH when there are no more."""
    found = connection.scalars(sa.select(table.c.id).where(table.c.created_at < _oldest()).limit(BATCH)).all()
    if found:
        connection.execute(sa.delete(table).where(table.c.id.in_(found)))
    return len(found)
