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

from nova_lite import exceptions, metrics, periodic
from nova_lite.conf import CONF
from nova_lite.db import converters, counting, failures, notes, pooled

LOG = logging.getLogger(__name__)
CONNECT_TIMEOUT = 5             # seconds
RETRY_FOR = 30                  # seconds after which a transaction is not tried again
ISOLATION = "READ COMMITTED"    # of MariaDB: without gap locks claims of different hosts never wait
LOCK_TIMEOUT = 10               # seconds that a statement waits for another transaction; then it counts as a deadlock
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
    return " ".join(str(failures.driver_error(error)).split())


def create_engine(url: str, pool_size: int = 10) -> sa.Engine:
    """An engine with errors translated to oslo.db's."""
    parsed = sa.make_url(url)
    options = {"pool_recycle": 3600, "json_deserializer": converters.from_json}
    if parsed.get_backend_name() == "sqlite":
        if parsed.database:
            path = pathlib.Path(parsed.database)
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))      # it holds users' data
        options["pool_size"] = pool_size
        options["connect_args"] = {"timeout": 20, "check_same_thread": False}
    else:
        # No overflow: such connections end with their use, and to make one costs more than all that is asked by it
        # (10 ms with PyMySQL, of a create's 30).  The last one used is the next one, so those of a peak only idle.
        options.update(pool_size=2 * pool_size, max_overflow=0, pool_use_lifo=True, pool_timeout=20)
        if parsed.get_backend_name() in ("mysql", "mariadb"):
            parsed = parsed.update_query_dict({"charset": "utf8mb4"})
            options["connect_args"] = {
                "connect_timeout": CONNECT_TIMEOUT, "read_timeout": CONF.database.answer_timeout or None,
                "write_timeout": CONF.database.answer_timeout or None,
                "init_command": f"SET SESSION innodb_lock_wait_timeout = {LOCK_TIMEOUT}"}
            if parsed.get_driver_name() == "pymysql":
                options["connect_args"].update(conv=converters.of_pymysql(), autocommit=True)
            else:
                options["isolation_level"] = ISOLATION
        else:
            options["connect_args"] = {
                "connect_timeout": CONNECT_TIMEOUT, "options": f"-c lock_timeout={LOCK_TIMEOUT}s",
                # libpq waits for answers without end, but the kernel can tell that nobody is there.
                "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
                "tcp_user_timeout": CONF.database.answer_timeout * 1000}
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
    else:
        pooled.watch(engine)
        if engine.dialect.driver == "pymysql":
            from nova_lite.db import mariadb_connection  # the driver need not be installed

            mariadb_connection.watch(engine, ISOLATION)
    return engine


def get_engine() -> sa.Engine:
    """This process's engine; a forked child has its parent's, with connections of its own.  Raises NovaLiteError for
    a URL that cannot be."""
    global _engine, _engine_pid
    if _engine is None:
        try:
            _engine = create_engine(CONF.database.connection, CONF.database.max_pool_size)
        except (sa.exc.ArgumentError, ImportError) as exc:
            raise exceptions.NovaLiteError(f"[database] connection: {reason(exc)}") from exc
        except OSError as exc:
            raise exceptions.NovaLiteError(f"[database] connection: {exc.filename}: {exc.strerror}") from exc
    elif _engine_pid != os.getpid():
        _engine.dispose(close=False)
    _engine_pid = os.getpid()
    return _engine


def disconnect() -> None:
    """Before a fork: close all connections, and keep what the engine knows of its statements."""
    if _engine is not None:
        _engine.dispose()


def dispose() -> None:
    """Close all connections and forget the engine (tests)."""
    global _engine
    disconnect()
    _engine = None


@contextlib.contextmanager
def _translated():
    try:
        yield
    except sa.exc.TimeoutError as exc:
        raise exceptions.ServiceUnavailable("The database is overloaded.") from exc
    except (db_exc.DBError, sa.exc.OperationalError, db_exc.RetryRequest) as exc:
        if failures.is_conflict(exc):
            raise exceptions.TransactionUndone(f"The database is overloaded: {reason(exc)}") from exc
        if failures.is_lost(exc):
            LOG.error("the database cannot be reached: %s", reason(exc))
            raise exceptions.ConnectionLost("The database cannot be reached.") from exc
        if isinstance(exc, sa.exc.OperationalError):        # not ours to mend: no connection, a full disk …
            LOG.error("the database cannot be used: %s", reason(exc))
            raise exceptions.ServiceUnavailable("The database cannot be used.") from exc
        raise


@contextlib.contextmanager
def _connected(**options):
    try:
        with _translated():
            connection = get_engine().connect()
    except exceptions.TransactionUndone as exc:                  # nobody is there: no use in asking again at once
        raise exceptions.ServiceUnavailable(str(exc)) from exc.__cause__
    with _translated(), connection.execution_options(**options):
        yield connection


@contextlib.contextmanager
def reader():
    """A connection to read with; no transaction of its own outlives the block."""
    with _connected() as connection:
        yield connection


@contextlib.contextmanager
def writer():
    """One transaction: commits at the end, rolls back on an error.  ``transaction`` also retries.

    Raises ServiceUnavailable; its OutcomeUnknown when the commit was sent and its answer did not come.
    """
    told: list = []
    with _connected(writer=True, **{notes.OPTION: told}) as connection:
        with contextlib.closing(connection.begin()) as begun:        # closed without a commit: rolled back
            yield connection
            if told:
                from nova_lite.db import notifications  # it reads what stands on this module

                notifications.flush(connection, told)
            try:
                begun.commit()
            except (db_exc.DBError, sa.exc.OperationalError) as exc:
                if failures.is_lost(exc):
                    LOG.error("the answer to a commit was lost: %s", reason(exc))
                    raise exceptions.OutcomeUnknown() from exc
                raise


def transaction(function=None, *, done=None):
    """Run ``function(connection, ...)`` in one transaction, again where that is safe and may help.

    That is after a deadlock or serialisation failure, and on a new connection when the old one died before the
    commit was sent.  The function may run several times, so it must do nothing but database work.

    When the answer to the commit was lost nobody knows whether it was done: OutcomeUnknown (a 503).  With
    ``done(connection, ...)``, which finds in the database what ``function`` would return, or None, that is found
    out, for at most [database] settle_timeout seconds: its result is returned if it was done, else the function
    runs again.  It must then leave a mark of its own that only one run can leave (a uuid, a compare-and-swap).

    The caller leaves the connection out.
    """
    if function is None:
        return functools.partial(transaction, done=done)

    @functools.wraps(function)
    def wrapped(*args, **kwargs):
        tries, unsure = 0, False
        began = time.monotonic()
        while True:
            problem = None
            try:
                with writer() as connection:
                    found = done(connection, *args, **kwargs) if unsure else None
                    return function(connection, *args, **kwargs) if found is None else found
            except exceptions.OutcomeUnknown:
                if done is None:
                    raise
                unsure, began = True, began if unsure else time.monotonic()
            except exceptions.ServiceUnavailable as exc:
                problem, tries = exc, tries + 1
                if not unsure and not _may_help(exc, tries, began):
                    raise
            except Exception:
                # Refused, it may be by what the first run did, whose commit came through after all.
                found = _look(done, args, kwargs) if unsure else None
                if found is None:
                    raise
                return found
            if unsure and time.monotonic() - began > CONF.database.settle_timeout:
                raise exceptions.OutcomeUnknown()
            metrics.TRANSACTIONS.labels("retried", periodic.origin()).inc()
            LOG.warning("transaction %s is tried again: %s", function.__name__, problem or "was it done?")
            time.sleep(random.uniform(0, min(0.05 * 2 ** tries, 1)))
    return wrapped


def _may_help(error: Exception, tries: int, began: float) -> bool:
    """Whether to try again after ``tries`` runs that left nothing behind."""
    if isinstance(error, exceptions.ConnectionLost):
        return tries == 1
    return (isinstance(error, exceptions.TransactionUndone) and tries <= CONF.database.max_retries
            and time.monotonic() - began < RETRY_FOR)


def _look(done, args, kwargs):
    with reader() as connection:
        return done(connection, *args, **kwargs)
