"""A websocket server that leads to consoles, and serves noVNC's pages beside it.

websockify does the protocol and carries the bytes; a thread for each connection.  Called by ``cmd``.
"""
import contextlib
import http.server
import logging
import pathlib
import socket
import socketserver
import sys
import threading

from websockify import websocketproxy

from nova_lite import exceptions
from nova_lite.console import access

LOG = logging.getLogger(__name__)
CONNECT_TIMEOUT = 10            # seconds to a host
HEARTBEAT = 30                  # seconds between pings, so that nothing on the way takes a quiet console for dead
SEND_TIMEOUT = 60               # seconds in which a browser must take what a guest shows


class _Handler(websocketproxy.ProxyRequestHandler):
    """One connection."""

    def translate_path(self, path):
        self.directory = self.server.web
        return super().translate_path(path)

    def handle_upgrade(self):
        try:
            if not access.origin_is_allowed(self.headers):
                raise exceptions.Forbidden("Origin header does not match this host.")
            token = access.token_of(self.path, self.headers)
            self.endpoint = access.target(token, self.server.console_type, self.server.protocol)
        except exceptions.NovaLiteError as error:
            LOG.info("%s is refused: %s", self.client_address[0], error)
            self._refuse(error.code, str(error) if error.code < 500 else None)
            return
        super().handle_upgrade()

    def _refuse(self, code: int, message: str | None) -> None:
        """Without a body, which clients that do not look at the code (tempest's) take for what the console says."""
        self.send_response(code, message)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def new_websocket_client(self):
        where = self.endpoint.host, self.endpoint.port
        try:
            console = socket.create_connection(where, CONNECT_TIMEOUT)
        except OSError as error:
            LOG.warning("the console at %s:%d cannot be reached: %s", *where, error)
            raise self.CClose(1011, "The console cannot be reached") from error
        LOG.info("%s is connected to the console at %s:%d", self.client_address[0], *where)
        with console:
            console.settimeout(SEND_TIMEOUT)
            console.setsockopt(socket.SOL_TCP, socket.TCP_NODELAY, 1)
            self.request.setsockopt(socket.SOL_TCP, socket.TCP_NODELAY, 1)
            try:
                self.do_proxy(console)
            except OSError as error:
                LOG.info("%s lost the console at %s:%d: %s", self.client_address[0], *where, error)
                raise self.CClose(1011, "The console is lost") from error

    def log_message(self, format, *args):
        """Not the lines of requests: tokens are in them."""


class ConsoleProxy(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """``protocol`` is the host's name of the consoles, ``console_type`` the API's; ``web``: a directory of pages."""

    daemon_threads = True
    request_queue_size = 128
    # what websockify's handler asks its server for
    heartbeat, token_plugin, auth_plugin = HEARTBEAT, None, None
    unix_listen, target_host, target_port, verbose = None, None, None, False

    def __init__(self, address: tuple[str, int], protocol: str, console_type: str, web: str | None = None):
        self.protocol, self.console_type = protocol, console_type
        self.web = web if web and pathlib.Path(web).is_dir() else None
        self.only_upgrade, self.file_only = self.web is None, True
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)

    def handle_error(self, request, client_address):
        """A connection that broke is no error of ours."""
        if isinstance(sys.exception(), OSError):
            LOG.debug("the connection of %s broke", client_address[0], exc_info=True)
        else:
            LOG.exception("the connection of %s", client_address[0])

    @contextlib.contextmanager
    def served(self):
        """While the block runs; what is connected at its end goes with the process."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.2}, name="console proxy")
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            thread.join()
            self.server_close()
