"""External networks of the embedded network service, and floating IPs of them

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0012"
down_revision = "0011"

Time = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.add_column("embedded_networks", sa.Column("external", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "embedded_floating_ips",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("project_id", sa.String(255), nullable=False),
        sa.Column("description", sa.String(255), nullable=False),
        sa.Column("floating_network_id", sa.String(36), nullable=False),
        sa.Column("own_port_id", sa.String(36), nullable=False),
        sa.Column("port_id", sa.String(36), nullable=True),
        sa.Column("fixed_address", BigInt, nullable=True),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_embedded_floating_ips")),
        sa.ForeignKeyConstraint(["floating_network_id"], ["embedded_networks.id"]),
        sa.ForeignKeyConstraint(["own_port_id"], ["embedded_ports.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["port_id"], ["embedded_ports.id"], ondelete="SET NULL"),
        mysql_charset="utf8mb4", mysql_collate="utf8mb4_bin")
    for column in ("project_id", "floating_network_id", "own_port_id", "port_id"):
        op.create_index(op.f(f"ix_embedded_floating_ips_{column}"), "embedded_floating_ips", [column])


def downgrade():
    op.drop_table("embedded_floating_ips")
    op.drop_column("embedded_networks", "external")
