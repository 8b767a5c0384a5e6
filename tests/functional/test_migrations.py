"""The migrations make the schema that the code uses."""
import os

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import nova_lite.embedded.tables  # noqa: F401
from nova_lite import exceptions
from nova_lite.cmd import service
from nova_lite.conf import CONF
from nova_lite.db import migration, session, tables

URLS = {"sqlite": "", "mariadb": os.environ.get("NOVA_LITE_TEST_MARIADB_URL"),
        "postgresql": os.environ.get("NOVA_LITE_TEST_POSTGRESQL_URL")}


@pytest.fixture(params=[name for name, url in URLS.items() if url is not None])
def database(request, no_cloud, tmp_path):
    service.load("test", [])
    CONF.set_override("connection", URLS[request.param] or f"sqlite:///{tmp_path}/db.sqlite", group="database")
    session.dispose()
    _empty()
    yield
    _empty()
    session.dispose()
    CONF.reset()


def _empty():
    with session.writer() as connection:
        found = sa.MetaData()
        found.reflect(connection)
        found.drop_all(connection)


def test_the_migrations_make_the_schema_of_the_code(database):
    with pytest.raises(exceptions.NovaLiteError, match="run nova-lite-manage db sync"):
        migration.check()
    assert migration.sync() == migration.sync() == migration.version() == migration.latest()
    migration.check()
    with session.reader() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []


def test_a_database_that_cannot_be_reached_is_one_clear_line(tmp_path):
    service.load("test", [])
    CONF.set_override("connection", "postgresql+psycopg://nobody:secret@127.0.0.1:9/none", group="database")
    session.dispose()
    with pytest.raises(exceptions.NovaLiteError) as caught:
        migration.check()
    assert "[database] connection" in str(caught.value) and "secret" not in str(caught.value)
    session.dispose()
    CONF.reset()
