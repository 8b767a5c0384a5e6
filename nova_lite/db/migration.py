"""The schema's versions: alembic, driven from here."""
import pathlib

import sqlalchemy as sa
from alembic import command, config, migration, script

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


def version() -> str | None:
    """The database's version; None: it is empty."""
    with session.reader() as connection:
        return migration.MigrationContext.configure(connection).get_current_revision()


def sync() -> str:
    """Bring the database to the newest version, and say it; nothing happens when it is there."""
    if version() != latest():
        found = _config()
        with session.get_engine().connect() as connection:
            found.attributes["connection"] = connection
            command.upgrade(found, "head")
    return latest()


def check() -> None:
    """Raises NovaLiteError with one clear line unless the database answers and has the newest version."""
    shown = sa.make_url(CONF.database.connection).render_as_string(hide_password=True)
    try:
        found = version()
    except exceptions.ServiceUnavailable as exc:
        raise exceptions.NovaLiteError(f"[database] connection: {shown} cannot be reached ({exc.__cause__})") from exc
    except sa.exc.SQLAlchemyError as exc:
        raise exceptions.NovaLiteError(f"[database] connection: {shown} cannot be used: {exc}") from exc
    if found != latest():
        raise exceptions.NovaLiteError(
            f"[database] connection: {shown} has schema version {found or 'none'}, this code needs {latest()}: run "
            "nova-lite-manage db sync")
