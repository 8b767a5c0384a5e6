"""Which hosts' servers of a period the bus has been told of

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0013"
down_revision = "0012"
BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Time = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


def upgrade():
    op.create_table(
        "usage_audits",
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("period_beginning", Time, nullable=False),
        sa.Column("period_ending", Time, nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("last_id", BigInt, nullable=False),
        sa.Column("instances", sa.Integer(), nullable=False),
        sa.Column("started_at", Time, nullable=False),
        sa.Column("finished_at", Time, nullable=True),
        sa.PrimaryKeyConstraint("host", "period_beginning", "period_ending", name=op.f("pk_usage_audits")),
        mysql_charset="utf8mb4")
    op.create_index(op.f("ix_usage_audits_period_ending_period_beginning"), "usage_audits",
                    ["period_ending", "period_beginning"])


def downgrade():
    op.drop_table("usage_audits")
