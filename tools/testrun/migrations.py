"""Do the migrations make the schema that the code describes?  Exit code 1, and the differences, if not.

Run by the lint layer in the virtual environment.
"""
import pathlib
import sys
import tempfile

from alembic import migration
from alembic.autogenerate import compare_metadata

from nova_lite.conf import CONF
from nova_lite.db import migration as versions
from nova_lite.db import session, tables


def main() -> int:
    with tempfile.TemporaryDirectory() as directory:
        CONF.set_override("connection", f"sqlite:///{pathlib.Path(directory, 'migrated.sqlite')}", "database")
        versions.sync()
        with session.reader() as connection:
            found = migration.MigrationContext.configure(connection, opts={"compare_type": True})
            differences = compare_metadata(found, tables.metadata)
        session.dispose()
    for difference in differences:
        print("differs:", difference)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
