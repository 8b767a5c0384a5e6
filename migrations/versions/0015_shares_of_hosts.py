"""What of a host may be claimed, before ratios and by which: aggregates may have others; and what it measures

Revision ID: 0015
Revises: 0014
"""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0015"
down_revision = "0014"
TOTALS = ("vcpus", "memory_mb", "local_gb")


def upgrade():
    op.add_column("hosts", sa.Column("metrics", sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")))
    for name in TOTALS:
        op.add_column("hosts", sa.Column(f"{name}_usable", sa.Double(), nullable=False, server_default="0"))
        op.add_column("hosts", sa.Column(f"{name}_ratio", sa.Double(), nullable=False, server_default="1"))
    # What is kept for the host is told when it registers next, at the latest as it starts again with this version.
    hosts = sa.table("hosts", *(sa.column(f"{name}{what}", sa.Double) for name in TOTALS
                                for what in ("", "_limit", "_usable", "_ratio")))
    for name in TOTALS:
        total, limit = hosts.c[name], hosts.c[f"{name}_limit"]
        op.execute(sa.update(hosts).values({f"{name}_usable": total}))
        op.execute(sa.update(hosts).where(total > 0).values({f"{name}_ratio": limit * 1.0 / total}))
    with op.batch_alter_table("hosts") as table:
        for name in TOTALS:
            for what in ("usable", "ratio"):
                table.alter_column(f"{name}_{what}", existing_type=sa.Double(), existing_nullable=False,
                                   server_default=None)


def downgrade():
    op.drop_column("hosts", "metrics")
    for name in TOTALS:
        op.drop_column("hosts", f"{name}_usable")
        op.drop_column("hosts", f"{name}_ratio")
