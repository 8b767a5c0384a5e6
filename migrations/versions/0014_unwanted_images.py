"""Images that orders were to take away and could not

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0014"
down_revision = "0013"
Time = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


def upgrade():
    op.create_table(
        "unwanted_images",
        sa.Column("image_id", sa.String(36), nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("image_id", name=op.f("pk_unwanted_images")),
        mysql_charset="utf8mb4")
    op.create_index(op.f("ix_unwanted_images_created_at"), "unwanted_images", ["created_at"])


def downgrade():
    op.drop_table("unwanted_images")
