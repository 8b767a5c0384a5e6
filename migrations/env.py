"""Alembic's environment: runs on the connection that db.migration gives."""
from alembic import context

import nova_lite.embedded.tables  # noqa: F401  its tables share the metadata
from nova_lite.db.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True,
                  transactional_ddl=connection.dialect.name == "postgresql")
with context.begin_transaction():
    context.run_migrations()
connection.commit()
