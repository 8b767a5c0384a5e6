"""Which of a server's disks have a tag, and where the guest finds them

Revision ID: 0016
Revises: 0015
"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0016"
down_revision = "0015"
Json = sa.JSON(none_as_null=True).with_variant(mysql.JSON(none_as_null=True), "mysql", "mariadb")


def upgrade():
    op.add_column("instances", sa.Column("block_devices", Json))


def downgrade():
    op.drop_column("instances", "block_devices")
