"""What is told to the bus, and who works for all."""
import sqlalchemy as sa

from nova_lite.db.tables.types import BigInt, Json, Time, metadata

# What is to be told to the bus, in the order of ids; a row goes when it was sent.  Times are those of the change.
notifications = sa.Table(
    "notifications", metadata,
    sa.Column("id", BigInt, primary_key=True, autoincrement=True),
    sa.Column("message_id", sa.String(36), nullable=False),      # the same if it has to be sent again
    sa.Column("event_type", sa.String(128), nullable=False),
    sa.Column("priority", sa.String(16), nullable=False),
    sa.Column("publisher_id", sa.String(255), nullable=False),
    sa.Column("initiator", Json, nullable=False),                # user_id, project_id, request_id
    sa.Column("payload", Json, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    mysql_charset="utf8mb4",
)

# Hosts whose servers of a period the bus is told of, one by one in the order of their ids.
usage_audits = sa.Table(
    "usage_audits", metadata,
    sa.Column("host", sa.String(255), primary_key=True),
    sa.Column("period_beginning", Time, primary_key=True),
    sa.Column("period_ending", Time, primary_key=True),
    sa.Column("done", sa.Boolean, nullable=False),
    sa.Column("last_id", BigInt, nullable=False),
    sa.Column("instances", sa.Integer, nullable=False),
    sa.Column("started_at", Time, nullable=False),
    sa.Column("finished_at", Time),
    sa.Index(None, "period_ending", "period_beginning"),
    mysql_charset="utf8mb4",
)

# Work that one process at a time does for all, until it says so again.
leases = sa.Table(
    "leases", metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("holder", sa.String(255), nullable=False),
    sa.Column("until", Time, nullable=False),
    mysql_charset="utf8mb4",
)
