"""The schema's versions: alembic, driven from here."""
import contextlib
import pathlib

import sqlalchemy as sa
from alembic import command, config, migration, script
from oslo_db import exception as db_exc

import nova_lite
from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.db import session


def _config() -> config.Config:
    found = config.Config()
    location = pathlib.Path(nova_lite.__file__).parent / "migrations"
    found.set_main_option("script_location", str(location))
    return found


def latest() -> str:
    """The newest version that this code knows."""
    return script.ScriptDirectory.from_config(_config()).get_current_head()


@contextlib.contextmanager
def _connection():
    """A connection for an operator's eyes: errors name the option, on one line."""
    engine = session.get_engine()
    try:
        with engine.connect() as connection:
            yield connection
    except (sa.exc.SQLAlchemyError, db_exc.DBError) as exc:
        raise exceptions.NovaLiteError(
            f"[database] connection: {_shown()} cannot be used: {session.reason(exc)}") from exc


def _shown() -> str:
    return sa.make_url(CONF.database.connection).render_as_string(hide_password=True)


def version() -> str | None:
    """The database's version; None: it is empty.  Raises NovaLiteError with one clear line."""
    with _connection() as connection:
        return migration.MigrationContext.configure(connection).get_current_revision()


def sync() -> str:
    """Bring the database to the newest version, and say it; nothing happens when it is there.

    Raises NovaLiteError with one clear line.
    """
    found = version()
    if found != latest():
        _check_known(found)
        options = _config()
        with _connection() as connection:
            # What a step changes in rows is one transaction with its version, as far as the server's DDL lets it be.
            options.attributes["connection"] = connection.execution_options(writer=connection.dialect.name != "sqlite")
            command.upgrade(options, "head")
    return latest()


def check() -> None:
    """Raises NovaLiteError with one clear line unless the database answers and has the newest version."""
    found = version()
    if found != latest():
        _check_known(found)
        raise exceptions.NovaLiteError(
            f"[database] connection: {_shown()} has schema version {found or 'none'}, this code needs {latest()}: run "
            "nova-lite-manage db sync")


def _check_known(found: str | None) -> None:
    """A newer nova-lite has been at this database: nothing here can bring it back."""
    if found is not None and found not in {each.revision for each in script.ScriptDirectory.from_config(
            _config()).walk_revisions()}:
        raise exceptions.NovaLiteError(
            f"[database] connection: {_shown()} has schema version {found}, which this code does not know (its newest "
            f"is {latest()}): a newer nova-lite made it")
