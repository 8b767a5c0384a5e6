"""Engine, transactions, and the translation of database errors.  The only door to a connection."""
import contextlib
import functools
import logging
import os
import pathlib
import random
import time

import re2
import sqlalchemy as sa
from oslo_db import exception as db_exc
from oslo_db.sqlalchemy import exc_filters

from nova_lite import exceptions, metrics
from nova_lite.conf import CONF
from nova_lite.db import counting

LOG = logging.getLogger(__name__)
_engine: sa.Engine | None = None
_engine_pid: int | None = None


_regexp_options = re2.Options()
_regexp_options.log_errors = False


def _regexp(pattern, value) -> bool:
    """The pattern is a user's: RE2 takes linear time for each, where Python's own may take for ever."""
    return value is not None and re2.search(pattern, str(value), _regexp_options) is not None


def _on_sqlite_connect(connection, _record):
    connection.create_function("REGEXP", 2, _regexp, deterministic=True)
    cursor = connection.cursor()
    # WAL: readers never wait; NORMAL loses no committed transaction when a process dies, only (at
    # worst the last ones) when the machine's power does.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=20000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def reason(error: Exception) -> str:
    """The driver's own words on one line, without what SQLAlchemy and oslo.db wrap around them."""
    inner = getattr(error, "inner_exception", None) or error
    return " ".join(str(getattr(inner, "orig", None) or inner).split())


def create_engine(url: str, pool_size: int = 10) -> sa.Engine:
    """An engine with errors translated to oslo.db's."""
    parsed = sa.make_url(url)
    options = {"pool_recycle": 3600}
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            path = pathlib.Path(parsed.database)
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))      # it holds users' data
        options["pool_size"] = pool_size
        options["connect_args"] = {"timeout": 20, "check_same_thread": False}
    else:
        options.update(pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=False, pool_timeout=20)
        if parsed.get_backend_name() in ("mysql", "mariadb"):
            parsed = parsed.update_query_dict({"charset": "utf8mb4"})
            options["isolation_level"] = "READ COMMITTED"      # no gap locks: claims of different hosts never wait
            options["connect_args"] = {"connect_timeout": 5}
        else:
            options["connect_args"] = {"connect_timeout": 5}
    # an error that tells a statement's values would write users' passwords into the log
    engine = sa.create_engine(parsed, hide_parameters=True, **options)
    exc_filters.register_engine(engine)
    counting.watch(engine)
    if parsed.get_backend_name() == "sqlite":
        sa.event.listen(engine, "connect", _on_sqlite_connect)

        # sqlite3 begins a transaction late and as a reader; two of those that both want to write deadlock.
        @sa.event.listens_for(engine, "begin")
        def _begin(connection):
            if connection.get_execution_options().get("writer"):
                connection.exec_driver_sql("BEGIN IMMEDIATE")
    return engine


def get_engine() -> sa.Engine:
    """This process's engine; a forked child makes its own.  Raises NovaLiteError for a URL that cannot be."""
    global _engine, _engine_pid
    if _engine is None or _engine_pid != os.getpid():
        if _engine is not None:
            _engine.dispose(close=False)
        try:
            _engine = create_engine(CONF.database.connection, CONF.database.max_pool_size)
        except (sa.exc.ArgumentError, ImportError) as exc:
            raise exceptions.NovaLiteError(f"[database] connection: {reason(exc)}") from exc
        except OSError as exc:
            raise exceptions.NovaLiteError(f"[database] connection: {exc.filename}: {exc.strerror}") from exc
        _engine_pid = os.getpid()
    return _engine


def dispose() -> None:
    """Close all connections and forget the engine (tests; before a fork)."""
    global _engine
    if _engine is not None:
        _engine.dispose()
    _engine = None


@contextlib.contextmanager
def _translated():
    try:
        yield
    except db_exc.DBConnectionError as exc:
        LOG.error("the database cannot be reached: %s", reason(exc))
        raise exceptions.ServiceUnavailable("The database cannot be reached.") from exc
    except sa.exc.OperationalError as exc:      # not ours to mend: no connection (psycopg), a full disk (SQLite) …
        LOG.error("the database cannot be used: %s", reason(exc))
        raise exceptions.ServiceUnavailable("The database cannot be used.") from exc
    except sa.exc.TimeoutError as exc:
        raise exceptions.ServiceUnavailable("The database is overloaded.") from exc


@contextlib.contextmanager
def reader():
    """A connection to read with; no transaction of its own outlives the block."""
    with _translated(), get_engine().connect() as connection:
        yield connection


@contextlib.contextmanager
def writer():
    """One transaction: commits at the end, rolls back on an error.  ``transaction`` also retries."""
    with _translated(), get_engine().connect().execution_options(writer=True) as connection, connection.begin():
        yield connection


def transaction(function):
    """Run ``function(connection, ...)`` in one transaction, again after a deadlock or serialisation failure.

    The caller leaves the connection out.  The function may run several times, so it must do nothing
    but database work.
    """
    @functools.wraps(function)
    def wrapped(*args, **kwargs):
        for attempt in range(CONF.database.max_retries + 1):
            try:
                with writer() as connection:
                    return function(connection, *args, **kwargs)
            except (db_exc.DBDeadlock, db_exc.RetryRequest) as exc:
                if attempt == CONF.database.max_retries:
                    raise exceptions.ServiceUnavailable("The database is overloaded.") from exc
                metrics.TRANSACTIONS.labels("retried").inc()
                LOG.warning("transaction %s is tried again: %s", function.__name__, exc)
                time.sleep(random.uniform(0, 0.05 * 2 ** attempt))
    return wrapped
