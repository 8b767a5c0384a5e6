"""Moves of servers, and which of them made a claim

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0007"
down_revision = "0006"

BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Time = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
Json = sa.JSON(none_as_null=True).with_variant(mysql.JSON(none_as_null=True), "mysql", "mariadb")


def upgrade():
    """All claims of before are of builds."""
    with op.batch_alter_table("claims") as batch:
        batch.add_column(sa.Column("migration_id", BigInt, nullable=False, server_default="0"))
        batch.drop_constraint(op.f("uq_claims_instance_uuid_host"), type_="unique")
        batch.create_unique_constraint(op.f("uq_claims_instance_uuid_host_migration_id"),
                                       ["instance_uuid", "host", "migration_id"])
    with op.batch_alter_table("claims") as batch:
        batch.alter_column("migration_id", existing_type=BigInt, existing_nullable=False, server_default=None)
    op.create_table(
        "migrations",
        sa.Column("id", BigInt, autoincrement=True, nullable=False),
        sa.Column("uuid", sa.String(36), nullable=False),
        sa.Column("instance_uuid", sa.String(36), nullable=False),
        sa.Column("migration_type", sa.String(32), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("source_compute", sa.String(255), nullable=False),
        sa.Column("source_node", sa.String(255), nullable=False),
        sa.Column("source_zone", sa.String(255), nullable=True),
        sa.Column("dest_compute", sa.String(255), nullable=True),
        sa.Column("dest_node", sa.String(255), nullable=True),
        sa.Column("dest_zone", sa.String(255), nullable=True),
        sa.Column("dest_host", sa.String(39), nullable=True),
        sa.Column("old_flavor", Json, nullable=False),
        sa.Column("new_flavor", Json, nullable=False),
        sa.Column("old_vm_state", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(255), nullable=False),
        sa.Column("project_id", sa.String(255), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migrations")),
        sa.UniqueConstraint("uuid", name=op.f("uq_migrations_uuid")),
        mysql_charset="utf8mb4")
    op.create_index(op.f("ix_migrations_instance_uuid_open"), "migrations", ["instance_uuid", "open"])
    op.create_index(op.f("ix_migrations_open_status"), "migrations", ["open", "status"])
    op.create_index(op.f("ix_migrations_created_at_id"), "migrations", ["created_at", "id"])


def downgrade():
    op.drop_table("migrations")
    with op.batch_alter_table("claims") as batch:
        batch.drop_constraint(op.f("uq_claims_instance_uuid_host_migration_id"), type_="unique")
        batch.drop_column("migration_id")
        batch.create_unique_constraint(op.f("uq_claims_instance_uuid_host"), ["instance_uuid", "host"])
