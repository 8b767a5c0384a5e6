"""The first schema

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Time = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
Text = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
Json = sa.JSON(none_as_null=True).with_variant(mysql.JSON(none_as_null=True), "mysql", "mariadb")
TABLES = (
    "action_events",
    "actions",
    "claims",
    "embedded_images",
    "embedded_locks",
    "embedded_networks",
    "embedded_revoked_tokens",
    "embedded_security_groups",
    "flavors",
    "hosts",
    "instances",
    "keypairs",
    "quotas",
    "services",
    "embedded_image_members",
    "embedded_image_tags",
    "embedded_ports",
    "embedded_security_group_rules",
    "embedded_subnets",
    "flavor_access",
    "embedded_addresses",
    "embedded_port_security_groups",
)


def upgrade() -> None:
    op.create_table(
        "action_events",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("action_id", BigInt, nullable=False),
        sa.Column("event", sa.String(length=255), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("start", Time, nullable=False),
        sa.Column("finish", Time, nullable=True),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("rpc", sa.String(length=8), nullable=False),
        sa.Column("function", sa.String(length=255), nullable=False),
        sa.Column("transition", sa.String(length=128), nullable=False),
        sa.Column("details", Text, nullable=True),
        sa.Column("traceback", Text, nullable=True),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_events")),
        mysql_charset="utf8mb4",
    )
    op.create_index(op.f("ix_action_events_action_id"), "action_events", ["action_id"], unique=False)

    op.create_table(
        "actions",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("instance_uuid", sa.String(length=36), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("workflow", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=255), nullable=False),
        sa.Column("project_id", sa.String(length=255), nullable=False),
        sa.Column("start_time", Time, nullable=False),
        sa.Column("finish_time", Time, nullable=True),
        sa.Column("updated_at", Time, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=64), nullable=True),
        sa.Column("step_host", sa.String(length=255), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("hosts_tried", Json, nullable=False),
        sa.Column("step_started_at", Time, nullable=True),
        sa.Column("deadline", Time, nullable=True),
        sa.Column("give_up_at", Time, nullable=True),
        sa.Column("message", sa.String(length=255), nullable=True),
        sa.Column("params", Json, nullable=False),
        sa.Column("secrets", Json, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
        mysql_charset="utf8mb4",
    )
    op.create_index(op.f("ix_actions_deadline"), "actions", ["deadline"], unique=False)
    op.create_index(op.f("ix_actions_instance_uuid_state"), "actions", ["instance_uuid", "state"], unique=False)
    op.create_index(op.f("ix_actions_step_host_state"), "actions", ["step_host", "state"], unique=False)

    op.create_table(
        "claims",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("instance_uuid", sa.String(length=36), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("vcpus", sa.Integer(), nullable=False),
        sa.Column("memory_mb", sa.Integer(), nullable=False),
        sa.Column("disk_gb", sa.Integer(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("instance_uuid", "host", name=op.f("uq_claims_instance_uuid_host")),
        mysql_charset="utf8mb4",
    )
    op.create_index(op.f("ix_claims_host"), "claims", ["host"], unique=False)

    op.create_table(
        "embedded_images",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("visibility", sa.String(length=16), nullable=False),
        sa.Column("disk_format", sa.String(length=32), nullable=True),
        sa.Column("container_format", sa.String(length=32), nullable=True),
        sa.Column("size", BigInt, nullable=True),
        sa.Column("virtual_size", BigInt, nullable=True),
        sa.Column("checksum", sa.String(length=32), nullable=True),
        sa.Column("os_hash_algo", sa.String(length=16), nullable=True),
        sa.Column("os_hash_value", sa.String(length=128), nullable=True),
        sa.Column("min_disk", sa.Integer(), nullable=False),
        sa.Column("min_ram", sa.Integer(), nullable=False),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("os_hidden", sa.Boolean(), nullable=False),
        sa.Column("properties", Json, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedded_images")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.create_index(op.f("ix_embedded_images_created_at"), "embedded_images", ["created_at"], unique=False)
    op.create_index(op.f("ix_embedded_images_owner"), "embedded_images", ["owner"], unique=False)

    op.create_table(
        "embedded_locks",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_embedded_locks")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.create_table(
        "embedded_networks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.Column("admin_state_up", sa.Boolean(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("mtu", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedded_networks")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.create_index(op.f("ix_embedded_networks_project_id"), "embedded_networks", ["project_id"], unique=False)

    op.create_table(
        "embedded_revoked_tokens",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("revoked_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_embedded_revoked_tokens")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.create_index(
        op.f("ix_embedded_revoked_tokens_expires_at"), "embedded_revoked_tokens", ["expires_at"], unique=False
    )

    op.create_table(
        "embedded_security_groups",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.Column("stateful", sa.Boolean(), nullable=False),
        sa.Column("default_of", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedded_security_groups")),
        sa.UniqueConstraint("default_of", name=op.f("uq_embedded_security_groups_default_of")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.create_index(
        op.f("ix_embedded_security_groups_project_id"), "embedded_security_groups", ["project_id"], unique=False
    )

    op.create_table(
        "flavors",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("flavorid", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("description", Text, nullable=True),
        sa.Column("vcpus", sa.Integer(), nullable=False),
        sa.Column("memory_mb", sa.Integer(), nullable=False),
        sa.Column("root_gb", sa.Integer(), nullable=False),
        sa.Column("ephemeral_gb", sa.Integer(), nullable=False),
        sa.Column("swap", sa.Integer(), nullable=False),
        sa.Column("rxtx_factor", sa.Float(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("extra_specs", Json, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flavors")),
        sa.UniqueConstraint("flavorid", name=op.f("uq_flavors_flavorid")),
        sa.UniqueConstraint("name", name=op.f("uq_flavors_name")),
        mysql_charset="utf8mb4",
    )
    op.create_table(
        "hosts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("node", sa.String(length=255), nullable=False),
        sa.Column("hypervisor_type", sa.String(length=64), nullable=False),
        sa.Column("hypervisor_version", sa.Integer(), nullable=False),
        sa.Column("host_ip", sa.String(length=39), nullable=False),
        sa.Column("cpu_info", Json, nullable=False),
        sa.Column("supported_instances", Json, nullable=False),
        sa.Column("vcpus", sa.Integer(), nullable=False),
        sa.Column("memory_mb", sa.Integer(), nullable=False),
        sa.Column("local_gb", sa.Integer(), nullable=False),
        sa.Column("vcpus_limit", sa.Integer(), nullable=False),
        sa.Column("memory_mb_limit", sa.Integer(), nullable=False),
        sa.Column("local_gb_limit", sa.Integer(), nullable=False),
        sa.Column("vcpus_used", sa.Integer(), nullable=False),
        sa.Column("memory_mb_used", sa.Integer(), nullable=False),
        sa.Column("local_gb_used", sa.Integer(), nullable=False),
        sa.Column("running_vms", sa.Integer(), nullable=False),
        sa.Column("failed_builds", sa.Integer(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hosts")),
        sa.UniqueConstraint("host", name=op.f("uq_hosts_host")),
        sa.UniqueConstraint("uuid", name=op.f("uq_hosts_uuid")),
        mysql_charset="utf8mb4",
    )
    op.create_index(op.f("ix_hosts_updated_at"), "hosts", ["updated_at"], unique=False)

    op.create_table(
        "instances",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=255), nullable=False),
        sa.Column("user_id", sa.String(length=255), nullable=False),
        sa.Column("display_name", sa.String(length=255), nullable=False),
        sa.Column("display_description", sa.String(length=255), nullable=True),
        sa.Column("hostname", sa.String(length=255), nullable=False),
        sa.Column("vm_state", sa.String(length=32), nullable=False),
        sa.Column("task_state", sa.String(length=64), nullable=True),
        sa.Column("power_state", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=True),
        sa.Column("node", sa.String(length=255), nullable=True),
        sa.Column("availability_zone", sa.String(length=255), nullable=True),
        sa.Column("flavorid", sa.String(length=255), nullable=False),
        sa.Column("flavor", Json, nullable=False),
        sa.Column("image_ref", sa.String(length=255), nullable=False),
        sa.Column("image_meta", Json, nullable=False),
        sa.Column("metadata", Json, nullable=False),
        sa.Column("tags", Json, nullable=False),
        sa.Column("key_name", sa.String(length=255), nullable=True),
        sa.Column("key_data", Text, nullable=True),
        sa.Column("user_data", Text, nullable=True),
        sa.Column("config_drive", sa.Boolean(), nullable=False),
        sa.Column("reservation_id", sa.String(length=255), nullable=False),
        sa.Column("launch_index", sa.Integer(), nullable=False),
        sa.Column("root_device_name", sa.String(length=255), nullable=True),
        sa.Column("auto_disk_config", sa.Boolean(), nullable=False),
        sa.Column("access_ip_v4", sa.String(length=39), nullable=True),
        sa.Column("access_ip_v6", sa.String(length=39), nullable=True),
        sa.Column("locked_by", sa.String(length=16), nullable=True),
        sa.Column("locked_reason", sa.String(length=255), nullable=True),
        sa.Column("requested_networks", Json, nullable=True),
        sa.Column("security_groups", Json, nullable=False),
        sa.Column("scheduler_hints", Json, nullable=False),
        sa.Column("network_info", Json, nullable=False),
        sa.Column("addresses", Text, nullable=False),
        sa.Column("fault", Json, nullable=True),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.Column("launched_at", Time, nullable=True),
        sa.Column("terminated_at", Time, nullable=True),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", Time, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instances")),
        sa.UniqueConstraint("uuid", name=op.f("uq_instances_uuid")),
        mysql_charset="utf8mb4",
    )
    op.create_index(
        op.f("ix_instances_deleted_created_at_id"), "instances", ["deleted", "created_at", "id"], unique=False
    )
    op.create_index(op.f("ix_instances_host_deleted"), "instances", ["host", "deleted"], unique=False)
    op.create_index(
        op.f("ix_instances_project_id_deleted_created_at_id"),
        "instances",
        ["project_id", "deleted", "created_at", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_instances_updated_at"), "instances", ["updated_at"], unique=False)

    op.create_table(
        "keypairs",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("user_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("public_key", Text, nullable=False),
        sa.Column("fingerprint", sa.String(length=255), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keypairs")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_keypairs_user_id_name")),
        mysql_charset="utf8mb4",
    )
    op.create_table(
        "quotas",
        sa.Column("project_id", sa.String(length=255), nullable=False),
        sa.Column("instances_used", sa.Integer(), nullable=False),
        sa.Column("cores_used", sa.Integer(), nullable=False),
        sa.Column("ram_used", sa.Integer(), nullable=False),
        sa.Column("instances", sa.Integer(), nullable=True),
        sa.Column("cores", sa.Integer(), nullable=True),
        sa.Column("ram", sa.Integer(), nullable=True),
        sa.Column("others", Json, nullable=False),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_quotas")),
        mysql_charset="utf8mb4",
    )
    op.create_table(
        "services",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("binary", sa.String(length=64), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_reason", sa.String(length=255), nullable=True),
        sa.Column("forced_down", sa.Boolean(), nullable=False),
        sa.Column("last_seen_up", Time, nullable=True),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
        sa.UniqueConstraint("host", "binary", name=op.f("uq_services_host_binary")),
        sa.UniqueConstraint("uuid", name=op.f("uq_services_uuid")),
        mysql_charset="utf8mb4",
    )
    op.create_index(op.f("ix_services_updated_at"), "services", ["updated_at"], unique=False)

    op.create_table(
        "embedded_image_members",
        sa.Column("image_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["embedded_images.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("image_id", "member_id", name=op.f("pk_embedded_image_members")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.create_table(
        "embedded_image_tags",
        sa.Column("image_id", sa.String(length=36), nullable=False),
        sa.Column("tag", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["image_id"], ["embedded_images.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("image_id", "tag", name=op.f("pk_embedded_image_tags")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.create_table(
        "embedded_ports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("mac_address", sa.String(length=17), nullable=False),
        sa.Column("admin_state_up", sa.Boolean(), nullable=False),
        sa.Column("device_id", sa.String(length=255), nullable=False),
        sa.Column("device_owner", sa.String(length=255), nullable=False),
        sa.Column("host_id", sa.String(length=255), nullable=False),
        sa.Column("binding_profile", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["network_id"],
            ["embedded_networks.id"],
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedded_ports")),
        sa.UniqueConstraint("network_id", "mac_address", name=op.f("uq_embedded_ports_network_id_mac_address")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.create_index(op.f("ix_embedded_ports_device_id"), "embedded_ports", ["device_id"], unique=False)
    op.create_index(op.f("ix_embedded_ports_network_id"), "embedded_ports", ["network_id"], unique=False)
    op.create_index(op.f("ix_embedded_ports_project_id"), "embedded_ports", ["project_id"], unique=False)

    op.create_table(
        "embedded_security_group_rules",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=255), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=False),
        sa.Column("security_group_id", sa.String(length=36), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("ethertype", sa.String(length=8), nullable=False),
        sa.Column("protocol", sa.String(length=16), nullable=True),
        sa.Column("port_range_min", sa.Integer(), nullable=True),
        sa.Column("port_range_max", sa.Integer(), nullable=True),
        sa.Column("remote_ip_prefix", sa.String(length=64), nullable=True),
        sa.Column("remote_group_id", sa.String(length=36), nullable=True),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.ForeignKeyConstraint(["remote_group_id"], ["embedded_security_groups.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["security_group_id"], ["embedded_security_groups.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedded_security_group_rules")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.create_index(
        op.f("ix_embedded_security_group_rules_project_id"),
        "embedded_security_group_rules",
        ["project_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_embedded_security_group_rules_remote_group_id"),
        "embedded_security_group_rules",
        ["remote_group_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_embedded_security_group_rules_security_group_id"),
        "embedded_security_group_rules",
        ["security_group_id"],
        unique=False,
    )

    op.create_table(
        "embedded_subnets",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.Column("network_id", sa.String(length=36), nullable=False),
        sa.Column("cidr", sa.String(length=64), nullable=False),
        sa.Column("first_address", BigInt, nullable=False),
        sa.Column("last_address", BigInt, nullable=False),
        sa.Column("gateway_ip", sa.String(length=64), nullable=True),
        sa.Column("enable_dhcp", sa.Boolean(), nullable=False),
        sa.Column("dns_nameservers", Json, nullable=False),
        sa.Column("host_routes", Json, nullable=False),
        sa.Column("allocation_pools", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["network_id"],
            ["embedded_networks.id"],
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedded_subnets")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.create_index(op.f("ix_embedded_subnets_first_address"), "embedded_subnets", ["first_address"], unique=False)
    op.create_index(op.f("ix_embedded_subnets_network_id"), "embedded_subnets", ["network_id"], unique=False)
    op.create_index(op.f("ix_embedded_subnets_project_id"), "embedded_subnets", ["project_id"], unique=False)

    op.create_table(
        "flavor_access",
        sa.Column("flavor_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["flavor_id"], ["flavors.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("flavor_id", "project_id", name=op.f("pk_flavor_access")),
        mysql_charset="utf8mb4",
    )
    op.create_table(
        "embedded_addresses",
        sa.Column("subnet_id", sa.String(length=36), nullable=False),
        sa.Column("address", BigInt, autoincrement=False, nullable=False),
        sa.Column("port_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["port_id"], ["embedded_ports.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["subnet_id"],
            ["embedded_subnets.id"],
        ),
        sa.PrimaryKeyConstraint("subnet_id", "address", name=op.f("pk_embedded_addresses")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.create_index(op.f("ix_embedded_addresses_port_id"), "embedded_addresses", ["port_id"], unique=False)

    op.create_table(
        "embedded_port_security_groups",
        sa.Column("port_id", sa.String(length=36), nullable=False),
        sa.Column("security_group_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["port_id"], ["embedded_ports.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["security_group_id"],
            ["embedded_security_groups.id"],
        ),
        sa.PrimaryKeyConstraint("port_id", "security_group_id", name=op.f("pk_embedded_port_security_groups")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
    )
    op.create_index(
        op.f("ix_embedded_port_security_groups_security_group_id"),
        "embedded_port_security_groups",
        ["security_group_id"],
        unique=False,
    )


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
