"""A server's journal of state changes

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0002"
down_revision = "0001"


def upgrade():
    """Servers from before have no journal that begins at their creation: one that is full says so."""
    text = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
    op.add_column("instances", sa.Column("history", text, nullable=True))
    op.execute(sa.text("UPDATE instances SET history = :full").bindparams(full="?" * 1000))
    with op.batch_alter_table("instances") as batch:
        batch.alter_column("history", existing_type=text, nullable=False)


def downgrade():
    with op.batch_alter_table("instances") as batch:
        batch.drop_column("history")
