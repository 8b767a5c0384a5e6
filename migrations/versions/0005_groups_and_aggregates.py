"""Server groups, aggregates and their zones, the zone that a server asked for

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0005"
down_revision = "0004"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Time = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
Json = sa.JSON(none_as_null=True).with_variant(mysql.JSON(none_as_null=True), "mysql", "mariadb")


def upgrade():
    """What servers of before have asked for is not known: their zone is free."""
    op.add_column("instances", sa.Column("pinned_availability_zone", sa.String(255), nullable=True))
    op.add_column("hosts", sa.Column("availability_zone", sa.String(255), nullable=True))
    op.create_table(
        "aggregates",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("metadata", Json, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aggregates")),
        sa.UniqueConstraint("uuid", name=op.f("uq_aggregates_uuid")),
        sa.UniqueConstraint("name", name=op.f("uq_aggregates_name")),
        mysql_charset="utf8mb4")
    op.create_table(
        "aggregate_hosts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("aggregate_id", sa.Integer(), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(["aggregate_id"], ["aggregates.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aggregate_hosts")),
        sa.UniqueConstraint("aggregate_id", "host", name=op.f("uq_aggregate_hosts_aggregate_id_host")),
        mysql_charset="utf8mb4")
    op.create_index(op.f("ix_aggregate_hosts_host"), "aggregate_hosts", ["host"])
    op.create_table(
        "server_groups",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("project_id", sa.String(255), nullable=False),
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("policy", sa.String(32), nullable=False),
        sa.Column("max_server_per_host", sa.Integer(), nullable=True),
        sa.Column("placed", sa.Integer(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_groups")),
        sa.UniqueConstraint("uuid", name=op.f("uq_server_groups_uuid")),
        mysql_charset="utf8mb4")
    op.create_index(op.f("ix_server_groups_project_id"), "server_groups", ["project_id"])
    op.create_table(
        "server_group_members",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("group_id", BigInt, nullable=False),
        sa.Column("instance_uuid", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["server_groups.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_group_members")),
        sa.UniqueConstraint("instance_uuid", name=op.f("uq_server_group_members_instance_uuid")),
        mysql_charset="utf8mb4")
    op.create_index(op.f("ix_server_group_members_group_id"), "server_group_members", ["group_id"])


def downgrade():
    for name in ("server_group_members", "server_groups", "aggregate_hosts", "aggregates"):
        op.drop_table(name)
    for table, column in (("hosts", "availability_zone"), ("instances", "pinned_availability_zone")):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)
