"""After how many silent seconds a compute host stops its guests by itself

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    """Services from before have promised nothing."""
    op.add_column("services", sa.Column("fence_after", sa.Integer(), nullable=True))
    op.execute(sa.text("UPDATE services SET fence_after = 0"))
    with op.batch_alter_table("services") as batch:
        batch.alter_column("fence_after", existing_type=sa.Integer(), nullable=False)


def downgrade():
    with op.batch_alter_table("services") as batch:
        batch.drop_column("fence_after")
