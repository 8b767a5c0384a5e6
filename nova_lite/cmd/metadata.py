"""nova-lite-metadata: the service that guests ask at 169.254.169.254."""
import errno
import logging
import socket
import threading

from nova_lite import exceptions, http_server, network
from nova_lite.api import measured
from nova_lite.api.metadata import MetadataApp
from nova_lite.cmd import service
from nova_lite.conf import CONF
from nova_lite.models import Instance

LOG = logging.getLogger(__name__)
IP_FREEBIND = 15                # linux/in.h; the socket module has no name for it
THREADS = 8                     # a boot under emulation asks slowly, and many guests may boot at once
RETRY = 1.0                     # seconds between tries to bind


def get_instance(uuid: str) -> Instance | None:
    """The instance, None when there is none."""
    from nova_lite.db import instances, session
    try:
        with session.reader() as connection:
            return instances.get(connection, uuid)
    except exceptions.InstanceNotFound:
        return None


class Passwords:
    """What guests tell of their own passwords."""

    MOST = 4 * 255                  # bytes; as db.server_passwords has it

    @staticmethod
    def get(uuid: str) -> str | None:
        from nova_lite.db import server_passwords, session
        with session.reader() as connection:
            return server_passwords.get(connection, uuid)

    @staticmethod
    def add(uuid: str, password: str) -> bool:
        """False: there is one already."""
        from nova_lite.db import server_passwords, session
        return session.transaction(server_passwords.add)(uuid, password)


def make_app():
    return measured.Measured(MetadataApp(network.connect(), get_instance, CONF.metadata.dhcp_domain, Passwords),
                             "metadata")


def bind(stop: threading.Event) -> socket.socket | None:
    """Listen at [metadata] listen and port; None when ``stop`` is set before that was possible.

    The address is that of bridges which are made with the first guest: the socket is bound before it exists.
    A port that is taken is tried again: its holder may be our own predecessor, about to end.
    """
    address, port = str(CONF.metadata.listen), CONF.metadata.port
    told = False
    while not stop.is_set():
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.setsockopt(socket.SOL_IP, IP_FREEBIND, 1)
            sock.bind((address, port))
            sock.listen(128)
            return sock
        except OSError as exc:
            sock.close()
            problem = f"[metadata] listen, port: {address}:{port} cannot be used: {exc.strerror}"
            if exc.errno not in (errno.EADDRINUSE, errno.EADDRNOTAVAIL):
                raise exceptions.NovaLiteError(problem) from exc
            if not told:
                LOG.error("%s; trying until it can", problem)
                told = True
        stop.wait(RETRY)
    return None


def serve(stop: threading.Event, app=None, sock: socket.socket | None = None) -> None:
    """Answer until ``stop`` is set; requests that have begun are finished."""
    sock = sock or bind(stop)
    if sock is None:
        return
    # A guest may only ask, and tell a password.
    server = http_server.create(app or make_app(), sock, threads=THREADS, most_body=2 * Passwords.MOST, ident=None,
                                clear_untrusted_proxy_headers=True)
    LOG.info("metadata service at %s:%s", *sock.getsockname()[:2])
    http_server.run(server, stop)


def run(stop: threading.Event) -> None:
    """For a supervisor's child, or a thread."""
    serve(stop)


def main() -> None:
    prog = "nova-lite-metadata"
    service.load(prog)
    with service.clear_errors(prog):
        service.check_database()
        run(service.until_signalled())
