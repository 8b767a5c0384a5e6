"""Passwords that guests have told

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0011"
down_revision = "0010"
Text = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")


def upgrade():
    op.create_table(
        "server_passwords",
        sa.Column("instance_uuid", sa.String(36), nullable=False),
        sa.Column("password", Text, nullable=False),
        sa.PrimaryKeyConstraint("instance_uuid", name=op.f("pk_server_passwords")),
        mysql_charset="utf8mb4")


def downgrade():
    op.drop_table("server_passwords")
