"""The schema.  ``migrations/`` builds the same; a contract test compares them.

Times are naive UTC with microseconds.  JSON columns hold values that are only ever read whole.
"""
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

metadata = sa.MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s",
                                          "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                                          "pk": "pk_%(table_name)s"})
Time = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Text = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
Json = sa.JSON(none_as_null=True).with_variant(mysql.JSON(none_as_null=True), "mysql", "mariadb")


def uuid_column(name: str = "uuid", **kwargs) -> sa.Column:
    return sa.Column(name, sa.String(36), nullable=False, **kwargs)


instances = sa.Table(
    "instances", metadata,
    sa.Column("id", BigInt, primary_key=True, autoincrement=True),
    uuid_column(unique=True),
    sa.Column("project_id", sa.String(255), nullable=False),
    sa.Column("user_id", sa.String(255), nullable=False),
    sa.Column("display_name", sa.String(255), nullable=False),
    sa.Column("display_description", sa.String(255)),
    sa.Column("hostname", sa.String(255), nullable=False),
    sa.Column("vm_state", sa.String(32), nullable=False),
    sa.Column("task_state", sa.String(64)),
    sa.Column("power_state", sa.Integer, nullable=False),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("history", Text, nullable=False, default=""),      # newest events of TRANSITIONS, after a blank each
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("progress", sa.Integer, nullable=False),
    sa.Column("host", sa.String(255)),
    sa.Column("node", sa.String(255)),
    sa.Column("availability_zone", sa.String(255)),
    sa.Column("pinned_availability_zone", sa.String(255)),       # as asked for: moves stay in it
    sa.Column("flavorid", sa.String(255), nullable=False),
    sa.Column("flavor", Json, nullable=False),
    sa.Column("image_ref", sa.String(255), nullable=False),
    sa.Column("image_meta", Json, nullable=False),
    sa.Column("metadata", Json, key="metadata_", nullable=False),
    sa.Column("tags", Json, nullable=False),
    sa.Column("key_name", sa.String(255)),
    sa.Column("key_data", Text),
    sa.Column("user_data", Text),
    sa.Column("config_drive", sa.Boolean, nullable=False),
    sa.Column("reservation_id", sa.String(255), nullable=False),
    sa.Column("launch_index", sa.Integer, nullable=False),
    sa.Column("root_device_name", sa.String(255)),
    sa.Column("auto_disk_config", sa.Boolean, nullable=False),
    sa.Column("access_ip_v4", sa.String(39)),
    sa.Column("access_ip_v6", sa.String(39)),
    sa.Column("locked_by", sa.String(16)),
    sa.Column("locked_reason", sa.String(255)),
    sa.Column("requested_networks", Json),
    sa.Column("security_groups", Json, nullable=False),
    sa.Column("scheduler_hints", Json, nullable=False),
    sa.Column("network_info", Json, nullable=False),
    sa.Column("block_devices", Json),
    sa.Column("addresses", Text, nullable=False),          # fixed addresses, blank-separated, for the ip filters
    sa.Column("fault", Json),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("updated_at", Time, nullable=False),
    sa.Column("launched_at", Time),
    sa.Column("terminated_at", Time),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.Column("deleted_at", Time),
    sa.Index(None, "project_id", "deleted", "created_at", "id"),
    sa.Index(None, "deleted", "created_at", "id"),
    sa.Index(None, "host", "deleted"),
    sa.Index(None, "updated_at"),
    mysql_charset="utf8mb4",
)

server_passwords = sa.Table(
    "server_passwords", metadata,
    sa.Column("instance_uuid", sa.String(36), primary_key=True),
    sa.Column("password", Text, nullable=False),
    mysql_charset="utf8mb4",
)

console_tokens = sa.Table(
    "console_tokens", metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("instance_uuid", sa.String(36), nullable=False),
    sa.Column("console_type", sa.String(16), nullable=False),
    sa.Column("host", sa.String(255), nullable=False),
    sa.Column("port", sa.Integer, nullable=False),
    sa.Column("internal_access_path", sa.String(255)),
    sa.Column("expires_at", Time, nullable=False, index=True),
    mysql_charset="utf8mb4",
)

unwanted_images = sa.Table(
    "unwanted_images", metadata,
    sa.Column("image_id", sa.String(36), primary_key=True),
    sa.Column("created_at", Time, nullable=False, index=True),
    mysql_charset="utf8mb4",
)

# The orders.  ``deadline`` is NULL unless the action is open, so its index holds the open ones only.
actions = sa.Table(
    "actions", metadata,
    sa.Column("id", BigInt, primary_key=True, autoincrement=True),
    uuid_column("instance_uuid"),
    sa.Column("action", sa.String(64), nullable=False),
    sa.Column("workflow", sa.String(64), nullable=False),
    sa.Column("request_id", sa.String(64), nullable=False),
    sa.Column("user_id", sa.String(255), nullable=False),
    sa.Column("project_id", sa.String(255), nullable=False),
    sa.Column("start_time", Time, nullable=False),
    sa.Column("finish_time", Time),
    sa.Column("updated_at", Time, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("step", sa.String(64)),
    sa.Column("step_host", sa.String(255)),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("hosts_tried", Json, nullable=False),
    sa.Column("step_started_at", Time),
    sa.Column("deadline", Time),
    sa.Column("give_up_at", Time),
    sa.Column("message", sa.String(255)),
    sa.Column("params", Json, nullable=False),
    sa.Column("secrets", Json),
    sa.Index(None, "instance_uuid", "state"),
    sa.Index(None, "deadline"),
    sa.Index(None, "step_host", "state"),
    mysql_charset="utf8mb4",
)

action_events = sa.Table(
    "action_events", metadata,
    sa.Column("id", BigInt, primary_key=True, autoincrement=True),
    sa.Column("action_id", BigInt, nullable=False, index=True),
    sa.Column("event", sa.String(255), nullable=False),
    sa.Column("service", sa.String(64), nullable=False),
    sa.Column("host", sa.String(255), nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("start", Time, nullable=False),
    sa.Column("finish", Time),
    sa.Column("result", sa.String(16)),
    sa.Column("depth", sa.Integer, nullable=False),
    sa.Column("rpc", sa.String(8), nullable=False),
    sa.Column("function", sa.String(255), nullable=False),
    sa.Column("transition", sa.String(128), nullable=False),
    sa.Column("details", Text),
    sa.Column("traceback", Text),
    sa.Column("public", sa.Boolean, nullable=False),
    mysql_charset="utf8mb4",
)

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

# Moves of servers, also those to the same host with another flavor.  While one is ``open`` two hosts (or one, twice)
# hold something of its server: claims, disks, and the larger of two flavors in the quota.
migrations = sa.Table(
    "migrations", metadata,
    sa.Column("id", BigInt, primary_key=True, autoincrement=True),
    uuid_column(unique=True),
    uuid_column("instance_uuid"),
    sa.Column("migration_type", sa.String(32), nullable=False),
    sa.Column("status", sa.String(32), nullable=False),
    sa.Column("open", sa.Boolean, nullable=False),
    sa.Column("source_compute", sa.String(255), nullable=False),
    sa.Column("source_node", sa.String(255), nullable=False),
    sa.Column("source_zone", sa.String(255)),
    sa.Column("dest_compute", sa.String(255)),                   # NULL: none is chosen
    sa.Column("dest_node", sa.String(255)),
    sa.Column("dest_zone", sa.String(255)),
    sa.Column("dest_host", sa.String(39)),                       # its address
    sa.Column("old_flavor", Json, nullable=False),
    sa.Column("new_flavor", Json, nullable=False),
    sa.Column("old_vm_state", sa.String(32), nullable=False),
    sa.Column("user_id", sa.String(255), nullable=False),
    sa.Column("project_id", sa.String(255), nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("updated_at", Time),
    sa.Index(None, "instance_uuid", "open"),
    sa.Index(None, "open", "status"),
    sa.Index(None, "created_at", "id"),
    mysql_charset="utf8mb4",
)

flavors = sa.Table(
    "flavors", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("flavorid", sa.String(255), nullable=False, unique=True),
    sa.Column("name", sa.String(255), nullable=False, unique=True),
    sa.Column("description", Text),
    sa.Column("vcpus", sa.Integer, nullable=False),
    sa.Column("memory_mb", sa.Integer, nullable=False),
    sa.Column("root_gb", sa.Integer, nullable=False),
    sa.Column("ephemeral_gb", sa.Integer, nullable=False),
    sa.Column("swap", sa.Integer, nullable=False),
    sa.Column("rxtx_factor", sa.Float, nullable=False),
    sa.Column("is_public", sa.Boolean, nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("extra_specs", Json, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("updated_at", Time),
    mysql_charset="utf8mb4",
)

flavor_access = sa.Table(
    "flavor_access", metadata,
    sa.Column("flavor_id", sa.Integer, sa.ForeignKey("flavors.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("project_id", sa.String(255), primary_key=True),
    mysql_charset="utf8mb4",
)

keypairs = sa.Table(
    "keypairs", metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("user_id", sa.String(255), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("type", sa.String(16), nullable=False),
    sa.Column("public_key", Text, nullable=False),
    sa.Column("fingerprint", sa.String(255), nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.UniqueConstraint("user_id", "name"),
    mysql_charset="utf8mb4",
)

# One row a project: what it uses, counted in the same transaction as the servers, and its own limits
# (NULL: the default).  One conditional UPDATE is both the check and the reservation.
quotas = sa.Table(
    "quotas", metadata,
    sa.Column("project_id", sa.String(255), primary_key=True),
    sa.Column("instances_used", sa.Integer, nullable=False),
    sa.Column("cores_used", sa.Integer, nullable=False),
    sa.Column("ram_used", sa.Integer, nullable=False),
    sa.Column("instances", sa.Integer),
    sa.Column("cores", sa.Integer),
    sa.Column("ram", sa.Integer),
    sa.Column("others", Json, nullable=False),                   # limits of all other resources
    mysql_charset="utf8mb4",
)

# A client's Idempotency-Key, by a hash of it and its user: the unique id decides between requests that race.
idempotency_keys = sa.Table(
    "idempotency_keys", metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),     # of the request
    sa.Column("outcome", Json, nullable=False),
    sa.Column("created_at", Time, nullable=False, index=True),
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

# Servers that are to be near each other, or apart.
server_groups = sa.Table(
    "server_groups", metadata,
    sa.Column("id", BigInt, primary_key=True, autoincrement=True),
    uuid_column(unique=True),
    sa.Column("project_id", sa.String(255), nullable=False, index=True),
    sa.Column("user_id", sa.String(255), nullable=False),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("policy", sa.String(32), nullable=False),
    sa.Column("max_server_per_host", sa.Integer),                # of anti-affinity; NULL: 1
    sa.Column("placed", sa.Integer, nullable=False),             # servers ever put on hosts: the lock of two schedulers
    sa.Column("created_at", Time, nullable=False),
    mysql_charset="utf8mb4",
)

server_group_members = sa.Table(
    "server_group_members", metadata,
    sa.Column("id", BigInt, primary_key=True, autoincrement=True),
    sa.Column("group_id", BigInt, sa.ForeignKey("server_groups.id", ondelete="CASCADE"), nullable=False, index=True),
    uuid_column("instance_uuid", unique=True),
    mysql_charset="utf8mb4",
)

# Limits that an administrator has set: of the class "default", and of users within a project.
quota_classes = sa.Table(
    "quota_classes", metadata,
    sa.Column("class_name", sa.String(255), primary_key=True),
    sa.Column("resource", sa.String(64), primary_key=True),
    sa.Column("hard_limit", sa.Integer, nullable=False),
    mysql_charset="utf8mb4",
)

user_quotas = sa.Table(
    "user_quotas", metadata,
    sa.Column("project_id", sa.String(255), primary_key=True),
    sa.Column("user_id", sa.String(255), primary_key=True),
    sa.Column("resource", sa.String(64), primary_key=True),
    sa.Column("hard_limit", sa.Integer, nullable=False),
    mysql_charset="utf8mb4",
)

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
