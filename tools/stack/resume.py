"""Which servers ran when the stack went down: they are started again when it comes back.

nova-lite itself starts nothing that nobody asked for; bringing the stack up again is the asking.  The
database still says "active" of them then, since guests end without a word when a machine does (unstack.sh
stops the services before the guests for the same reason).  The list is kept in a file from before the
services start until the servers run, so an interrupted start goes on where it was.

Runs inside the virtual environment only (SQLAlchemy).
"""
import json
import os
import pathlib

import sqlalchemy as sa

from tools.stack import config
from tools.stack.errors import StackError
from tools.stack.settings import Settings


def note(settings: Settings) -> None:
    """Before the services start: write down the servers that should run, those noted before included.

    Raises StackError when the database cannot be read.
    """
    path = _file(settings)
    uuids = sorted({*pending(settings), *_active(settings)})
    new = path.with_suffix(".new")
    new.write_text(json.dumps(uuids))
    os.replace(new, path)


def pending(settings: Settings) -> list[str]:
    """Ids that a start has noted and not finished."""
    path = _file(settings)
    return json.loads(path.read_text()) if path.exists() else []


def done(settings: Settings) -> None:
    _file(settings).unlink(missing_ok=True)


def _file(settings) -> pathlib.Path:
    return settings.data / "resume.json"


def _active(settings) -> list[str]:
    engine = sa.create_engine(config.database_url(settings))
    try:
        with engine.connect() as connection:
            statement = sa.text("SELECT uuid FROM instances WHERE vm_state = 'active' AND deleted = :no")
            return list(connection.execute(statement, {"no": False}).scalars())
    except sa.exc.SQLAlchemyError as exc:
        raise StackError(f"the database cannot be read: {exc.args[0] if exc.args else exc}") from exc
    finally:
        engine.dispose()
