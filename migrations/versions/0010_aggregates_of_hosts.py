"""Hosts repeat the metadata of their aggregates, for the schedulers

Revision ID: 0010
Revises: 0009
"""
import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0010"
down_revision = "0009"
Text = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")


def upgrade():
    op.add_column("hosts", sa.Column("aggregate_metadata", Text))
    connection = op.get_bind()
    tables = sa.MetaData()
    hosts, aggregates, members = (sa.Table(name, tables, autoload_with=connection)
                                  for name in ("hosts", "aggregates", "aggregate_hosts"))
    merged: dict[str, dict[str, set[str]]] = {}
    for host, metadata in connection.execute(sa.select(members.c.host, aggregates.c.metadata).join(
            aggregates, aggregates.c.id == members.c.aggregate_id)):
        for key, value in (json.loads(metadata) if isinstance(metadata, str) else metadata).items():
            merged.setdefault(host, {}).setdefault(key, set()).add(value)
    for host, found in merged.items():
        text = json.dumps({key: sorted(found[key]) for key in sorted(found)})
        connection.execute(sa.update(hosts).where(hosts.c.host == host).values(aggregate_metadata=text))


def downgrade():
    op.drop_column("hosts", "aggregate_metadata")
