"""Servers, what is done to them, and what is kept beside them."""
import sqlalchemy as sa

from nova_lite.db.tables.types import BigInt, Json, Text, Time, metadata, uuid_column

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

# A client's Idempotency-Key, by a hash of it and its user: the unique id decides between requests that race.
idempotency_keys = sa.Table(
    "idempotency_keys", metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),     # of the request
    sa.Column("outcome", Json, nullable=False),
    sa.Column("created_at", Time, nullable=False, index=True),
    mysql_charset="utf8mb4",
)
