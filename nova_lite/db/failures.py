"""What a database's error means for the transaction that met it.  Looked at by ``db.session`` alone."""
import sqlite3

from oslo_db import exception as db_exc

# MariaDB's for a server that is going down (1053) or has ended our session (1927, 4031): SQLAlchemy and oslo.db
# know some of them on some drivers only.
_MARIADB_ENDED = {1053, 1927, 4031}


def driver_error(error: Exception) -> Exception:
    """The driver's own error, out of what SQLAlchemy and oslo.db wrap around it."""
    inner = getattr(error, "inner_exception", None) or error
    return getattr(inner, "orig", None) or inner


def is_conflict(error: Exception) -> bool:
    """A deadlock, a serialisation failure or a lock that was waited for too long: the same again may well go through.

    The database has rolled back, or will when it is told to.
    """
    if isinstance(error, (db_exc.DBDeadlock, db_exc.DBConsistencyError, db_exc.RetryRequest)):
        return True
    cause = driver_error(error)
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorcode & 0xff in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    # PostgreSQL: serialization_failure, deadlock_detected, lock_not_available (lock_timeout).
    return getattr(cause, "sqlstate", None) in ("40001", "40P01", "55P03")


def is_lost(error: Exception) -> bool:
    """The connection is gone, so the database rolls back, unless a commit was under way."""
    if isinstance(error, db_exc.DBConnectionError):
        return True
    cause = driver_error(error)
    # PostgreSQL: connection exceptions (08), a shutdown or a crash of the server (57P01 to 57P03).
    if (getattr(cause, "sqlstate", None) or "")[:3] in ("57P", "080"):
        return True
    return bool(cause.args) and cause.args[0] in _MARIADB_ENDED
