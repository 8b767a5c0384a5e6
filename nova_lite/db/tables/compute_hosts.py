"""Service processes, hosts, and what is claimed of them."""
import sqlalchemy as sa

from nova_lite.db.tables.types import BigInt, Json, Text, Time, metadata, uuid_column

# A service process, by binary and host; ``last_seen_up`` is its newest heartbeat.
services = sa.Table(
    "services", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    uuid_column(unique=True),
    sa.Column("binary", sa.String(64), nullable=False),
    sa.Column("host", sa.String(255), nullable=False),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("disabled_reason", sa.String(255)),
    sa.Column("forced_down", sa.Boolean, nullable=False),
    sa.Column("fence_after", sa.Integer, nullable=False, default=0),      # seconds of silence; 0: it never fences
    sa.Column("last_seen_up", Time),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("updated_at", Time),
    sa.UniqueConstraint("host", "binary"),
    sa.Index(None, "updated_at"),
    mysql_charset="utf8mb4",
)

# A compute node: what it has and what is claimed of it.  ``updated_at`` changes with every claim: the
# schedulers' change feed.
hosts = sa.Table(
    "hosts", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    uuid_column(unique=True),
    sa.Column("host", sa.String(255), nullable=False, unique=True),
    sa.Column("node", sa.String(255), nullable=False),
    sa.Column("hypervisor_type", sa.String(64), nullable=False),
    sa.Column("hypervisor_version", sa.Integer, nullable=False),
    sa.Column("host_ip", sa.String(39), nullable=False),
    sa.Column("cpu_info", Json, nullable=False),
    sa.Column("supported_instances", Json, nullable=False),
    sa.Column("vcpus", sa.Integer, nullable=False),
    sa.Column("memory_mb", sa.Integer, nullable=False),
    sa.Column("local_gb", sa.Integer, nullable=False),
    sa.Column("vcpus_usable", sa.Double, nullable=False),        # total - reserved
    sa.Column("memory_mb_usable", sa.Double, nullable=False),
    sa.Column("local_gb_usable", sa.Double, nullable=False),
    sa.Column("vcpus_ratio", sa.Double, nullable=False),         # the host's own; its aggregates' go first
    sa.Column("memory_mb_ratio", sa.Double, nullable=False),
    sa.Column("local_gb_ratio", sa.Double, nullable=False),
    sa.Column("vcpus_limit", sa.Integer, nullable=False),        # usable * ratio: what may be claimed
    sa.Column("memory_mb_limit", sa.Integer, nullable=False),
    sa.Column("local_gb_limit", sa.Integer, nullable=False),
    sa.Column("vcpus_used", sa.Integer, nullable=False),
    sa.Column("memory_mb_used", sa.Integer, nullable=False),
    sa.Column("local_gb_used", sa.Integer, nullable=False),
    sa.Column("running_vms", sa.Integer, nullable=False),        # claims on it
    sa.Column("failed_builds", sa.Integer, nullable=False),
    sa.Column("availability_zone", sa.String(255)),              # of its aggregates; NULL: the default one
    sa.Column("metrics", Text),                                  # what it measures, JSON {name: number}; NULL: nothing
    sa.Column("aggregate_metadata", Text),                       # of them all, JSON {key: [values]}; NULL: none
    sa.Column("created_at", Time, nullable=False),
    sa.Column("updated_at", Time, nullable=False),
    sa.Index(None, "updated_at"),
    mysql_charset="utf8mb4",
)

claims = sa.Table(
    "claims", metadata,
    sa.Column("id", BigInt, primary_key=True, autoincrement=True),
    uuid_column("instance_uuid"),
    sa.Column("host", sa.String(255), nullable=False, index=True),
    sa.Column("vcpus", sa.Integer, nullable=False),
    sa.Column("memory_mb", sa.Integer, nullable=False),
    sa.Column("disk_gb", sa.Integer, nullable=False),
    sa.Column("migration_id", BigInt, nullable=False, default=0),      # the move that made it; 0: the build
    sa.Column("created_at", Time, nullable=False),
    sa.UniqueConstraint("instance_uuid", "host", "migration_id"),
    mysql_charset="utf8mb4",
)

# Hosts that have something in common; the metadata item ``availability_zone`` makes a zone of them.
aggregates = sa.Table(
    "aggregates", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    uuid_column(unique=True),
    sa.Column("name", sa.String(255), nullable=False, unique=True),
    sa.Column("metadata", Json, key="metadata_", nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("updated_at", Time),
    mysql_charset="utf8mb4",
)

aggregate_hosts = sa.Table(
    "aggregate_hosts", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("aggregate_id", sa.Integer, sa.ForeignKey("aggregates.id", ondelete="CASCADE"), nullable=False),
    sa.Column("host", sa.String(255), nullable=False, index=True),
    sa.UniqueConstraint("aggregate_id", "host"),
    mysql_charset="utf8mb4",
)
