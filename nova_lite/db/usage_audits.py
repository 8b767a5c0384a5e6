"""Which servers of which host the bus has been told of for a period: table ``usage_audits``, a row a host and period.

Each change is a compare-and-swap on the last server that was told of, in one transaction with what is told: whoever
dies within has told nothing, whoever comes after goes on behind it.
"""
import datetime
from collections.abc import Iterable

import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_lite import usage_period
from nova_lite.conf import CONF
from nova_lite.db import instances, notes
from nova_lite.db.tables import services
from nova_lite.db.tables import usage_audits as table
from nova_lite.models.service import COMPUTE
from nova_lite.models.usage import UsageAudit
from nova_lite.notifications import legacy, payloads
from nova_lite.trace import now

BATCH = 100                     # servers a transaction
KEPT = datetime.timedelta(days=400)     # for so long it can be asked which hosts were told of


def last_period(before: datetime.datetime | None = None) -> tuple[datetime.datetime, datetime.datetime]:
    """The last one that is over (by ``before``).  Raises ValueError where the calendar ends."""
    return usage_period.last_completed(CONF.instance_usage_audit_period, before or now())


def of_period(connection, begin: datetime.datetime, end: datetime.datetime) -> list[UsageAudit]:
    """By host."""
    return [UsageAudit.from_dict(row._mapping) for row in connection.execute(
        sa.select(table).where(table.c.period_beginning == begin, table.c.period_ending == end).order_by(table.c.host))]


def hosts_to_do(connection, begin: datetime.datetime, end: datetime.datetime) -> list[str]:
    """Compute hosts whose servers have not all been told of."""
    done = sa.select(table.c.host).where(table.c.period_beginning == begin, table.c.period_ending == end, table.c.done)
    return list(connection.scalars(sa.select(services.c.host).where(
        services.c.binary == COMPUTE, services.c.host.not_in(done)).order_by(services.c.host)))


def go_on(connection, host: str, begin: datetime.datetime, end: datetime.datetime) -> bool:
    """Tell of the next servers of a host; whether there may be more.  What another process does is not done again."""
    key = (table.c.host == host, table.c.period_beginning == begin, table.c.period_ending == end)
    row = connection.execute(sa.select(table).where(*key)).first()
    if row is None:
        return _begin(connection, host, begin, end)
    if row.done:
        return False
    servers = _next(connection, host, begin, end, row.last_id)
    done = len(servers) < BATCH
    found = connection.execute(
        table.update().where(*key, table.c.last_id == row.last_id, table.c.done.is_(False))
        .values(done=done, last_id=servers[-1].id if servers else row.last_id, finished_at=now() if done else None,
                instances=row.instances + len(servers)))
    if not found.rowcount:
        return True                     # another conductor was faster
    notes.add(connection, *_notes(host, servers, begin, end))
    return not done


def _begin(connection, host, begin, end) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(table.insert().values(
                host=host, period_beginning=begin, period_ending=end, done=False, last_id=0, instances=0,
                started_at=now()))
    except db_exc.DBDuplicateEntry:
        pass                            # another conductor has begun
    return True


def _next(connection, host, begin, end, last_id):
    """Those that were there in the period, as old ones as possible first; deleted ones keep their host."""
    columns = instances.table.c
    return [instances.from_row(row) for row in connection.execute(sa.select(*instances.columns).where(
        columns.host == host, columns.id > last_id, columns.launched_at < end,
        sa.or_(columns.terminated_at.is_(None), columns.terminated_at > begin)).order_by(columns.id).limit(BATCH))]


def _notes(host, servers, begin, end) -> Iterable[notes.Note]:
    who = notes.initiator()
    period = (begin, end)
    return (notes.Note("instance.exists", payload=payloads.exists(server, who, period), host=host,
                       legacy=legacy.payload("instance.exists", server, None, period)) for server in servers)


def expire(connection) -> int:
    """Forget some that are too old; how many: fewer than BATCH when there are no more."""
    keys = (table.c.host, table.c.period_beginning, table.c.period_ending)
    found = connection.execute(sa.select(*keys).where(table.c.period_ending < now() - KEPT).limit(BATCH)).all()
    if found:
        connection.execute(table.delete().where(sa.tuple_(*keys).in_([tuple(row) for row in found])))
    return len(found)
