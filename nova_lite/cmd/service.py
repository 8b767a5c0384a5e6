"""What every service process does: logging, signals, and the parts that are wired together.

``run_*`` are called by the supervisor in a forked child, by the commands of single services, and by the
all-in-one process in threads.  Each takes ``stop``, an Event that ends it.
"""
import contextlib
import errno
import fcntl
import logging
import logging.handlers
import os
import signal
import socket
import sys
import threading

from oslo_log import log as oslo_log

from nova_lite import conf, exceptions, rpc
from nova_lite.conf import CONF

LOG = logging.getLogger(__name__)
QUIET = ["amqp=WARN", "amqplib=WARN", "oslo.messaging=WARN", "oslo_messaging=WARN", "sqlalchemy=WARN", "urllib3=WARN",
         "keystoneauth=WARN", "keystoneauth.session=WARN", "stevedore=WARN", "waitress=ERROR", "routes.middleware=WARN",
         "kombu=WARN", "oslo_db.sqlalchemy.exc_filters=ERROR", "oslo_service=WARN", "alembic=WARN"]


def load(prog: str, args=None, *, to_file: bool = True) -> None:
    """Options and logging of a process; exits with one clear line when an option is wrong.

    ``to_file`` False: a tool, which tells on stderr whatever log_dir says.
    """
    oslo_log.register_options(CONF)
    oslo_log.set_defaults(default_log_levels=QUIET)
    rpc.set_defaults()
    conf.load(sys.argv[1:] if args is None else args, prog=prog)
    if to_file:
        _check_directories(prog)
    else:
        CONF.set_override("log_dir", None)
    setup_logging(prog)


def _check_directories(prog: str) -> None:
    for option in ("state_path", "log_dir"):
        path = CONF[option]
        try:
            if path:
                os.makedirs(path, exist_ok=True)
                if not os.access(path, os.W_OK | os.X_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except OSError as exc:
            sys.exit(f"{prog}: [DEFAULT] {option} = {path}: {exc.strerror}")


def setup_logging(name: str) -> None:
    """Log to ``log_dir/<name>.log`` when there is a log_dir, else to stderr."""
    if CONF.log_dir:
        os.makedirs(CONF.log_dir, exist_ok=True)
        CONF.set_override("log_file", f"{name}.log")
    oslo_log.setup(CONF, "nova-lite")


def log_as(name: str) -> None:
    """In a forked child: log to ``log_dir/<name>.log`` from now on, if there is a log_dir.

    Only the file is another: to set all up once more, as ``setup_logging`` does, touches each logger and option that
    there is, and makes 2 MB of the parent's memory the child's own.
    """
    for handler in logging.getLogger().handlers if CONF.log_dir else ():
        if isinstance(handler, logging.FileHandler):
            handler.baseFilename = os.path.join(os.path.abspath(CONF.log_dir), f"{name}.log")
            if isinstance(handler, logging.handlers.WatchedFileHandler):
                handler.reopenIfNeeded()
            else:
                handler.close()                                 # the next line opens it


def one_line(error: BaseException) -> str:
    """What to tell an operator of an error."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(str(error).split())


@contextlib.contextmanager
def clear_errors(prog: str):
    """What an operator can put right ends the process with one clear line: on stderr, and in the log when that is
    a file."""
    try:
        yield
        return
    except (exceptions.NovaLiteError, OSError) as error:
        line = one_line(error)
    if getattr(CONF, "log_file", None):             # not there before ``load``
        LOG.error("%s", line)
    sys.exit(f"{prog}: {line}")


@contextlib.contextmanager
def sole(what: str, path: str, stop: threading.Event):
    """In the block no other process of this machine is ``what``; one that still ends is waited for.

    ``path``: a lock file; the kernel lets go of it when a process dies.  Yields False when ``stop`` was set first.
    """
    with open(path, "w") as lock:
        told = False
        while not stop.is_set():
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not told:
                    LOG.warning("%s is still served by another process; waiting until that has ended", what)
                told = True
                stop.wait(0.1)
            else:
                yield True
                return
        yield False


def until_signalled() -> threading.Event:
    """An Event that SIGTERM and SIGINT set: what has begun is to be finished.

    A second one of them ends the process at once, as does the time [DEFAULT] graceful_shutdown_timeout.  SIGHUP reads
    the configuration again.
    """
    stop = threading.Event()

    def end(_number, _frame):
        if stop.is_set():
            os._exit(1)
        stop.set()
        timer = threading.Timer(CONF.graceful_shutdown_timeout, _give_up)
        timer.daemon = True
        timer.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    # In a thread: a handler that logs in the middle of other code could wait for a lock which that code holds.
    signal.signal(signal.SIGHUP, lambda *_: threading.Thread(target=reload, name="reload", daemon=True).start())
    return stop


def _give_up() -> None:
    LOG.warning("what was begun is not finished after %d s ([DEFAULT] graceful_shutdown_timeout): ending now",
                CONF.graceful_shutdown_timeout)
    os._exit(1)


def reload() -> None:
    """Read the configuration files again: options that are marked so take effect, of the others a warning tells.

    With a value that is wrong everything stays as it was.
    """
    try:
        conf.reload()
    except exceptions.NovaLiteError as error:
        LOG.error("the configuration was not read again: %s", error)
    else:
        LOG.info("the configuration was read again")


def listen(address: str, port: int, option: str) -> socket.socket:
    """A listening socket.  Raises NovaLiteError with one clear line when the port is taken."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((address, port))
    except OSError as exc:
        sock.close()
        raise exceptions.NovaLiteError(f"{option}: {address}:{port} cannot be used: {exc.strerror or exc}") from exc
    sock.listen(1024)
    sock.setblocking(False)
    return sock


def check_database() -> None:
    """Raises NovaLiteError with one clear line unless the database answers and has today's schema."""
    from nova_lite.db import migration
    migration.check()


def check_broker() -> None:
    """Raises NovaLiteError with one clear line when transport_url is wrong or its broker does not let us in."""
    rpc.check()
