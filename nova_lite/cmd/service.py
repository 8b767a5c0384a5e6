"""What every service process does: logging, signals, and the parts that are wired together.

``run_*`` are called by the supervisor in a forked child, by the commands of single services, and by the
all-in-one process in threads.  Each takes ``stop``, an Event that ends it.
"""
import logging
import os
import signal
import socket
import sys
import threading

from oslo_log import log as oslo_log

from nova_lite import conf, rpc
from nova_lite.conf import CONF

LOG = logging.getLogger(__name__)
QUIET = ["amqp=WARN", "amqplib=WARN", "oslo.messaging=WARN", "oslo_messaging=WARN", "sqlalchemy=WARN", "urllib3=WARN",
         "keystoneauth=WARN", "keystoneauth.session=WARN", "stevedore=WARN", "waitress=ERROR", "routes.middleware=WARN",
         "kombu=WARN", "oslo_service=WARN", "alembic=WARN"]


def load(prog: str, args=None, *, to_file: bool = True) -> None:
    """Options and logging of a process; exits with one clear line when an option is wrong.

    ``to_file`` False: a tool, which tells on stderr whatever log_dir says.
    """
    oslo_log.register_options(CONF)
    oslo_log.set_defaults(default_log_levels=QUIET)
    rpc.set_defaults()
    conf.load(sys.argv[1:] if args is None else args, prog=prog)
    if not to_file:
        CONF.set_override("log_dir", None)
    setup_logging(prog)


def setup_logging(name: str) -> None:
    """Log to ``log_dir/<name>.log`` when there is a log_dir, else to stderr."""
    if CONF.log_dir:
        os.makedirs(CONF.log_dir, exist_ok=True)
        CONF.set_override("log_file", f"{name}.log")
    oslo_log.setup(CONF, "nova-lite")


def fatal(prog: str, error: Exception):
    """End with one clear line."""
    LOG.error("%s", error)
    sys.exit(f"{prog}: {error}")


def until_signalled() -> threading.Event:
    """An Event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def listen(address: str, port: int, option: str) -> socket.socket:
    """A listening socket; exits with one clear line when the port is taken."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((address, port))
    except OSError as exc:
        sock.close()
        raise SystemExit(f"nova-lite: {option}: {address}:{port} cannot be used: {os.strerror(exc.errno)}") from exc
    sock.listen(1024)
    sock.setblocking(False)
    return sock


def check_database() -> None:
    """Raises NovaLiteError with one clear line unless the database answers and has today's schema."""
    from nova_lite.db import migration
    migration.check()


def check_broker() -> None:
    """Raises NovaLiteError with one clear line when the broker does not take connections."""
    rpc.check()
