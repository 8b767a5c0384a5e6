"""waitress with limits, and with an end that drops nothing.

It keeps a whole request, in memory and then on disk, before an app sees it: so here is said how much of one it takes,
and for how long it waits.  When it ends it answers what it has accepted; what waits at the listening socket is left to
whoever serves it next (another worker, or the same service started again).

Used by the compute API, the metadata service, the embedded services and each service's observer; servers of their own
build on the classes.
"""
import socket
import threading
import time

import waitress
from waitress import channel, parser, task, utilities, wasyncore

from nova_lite.conf import CONF

CONNECTIONS = 1000              # at once; waitress's own limit of 100 is filled by a hundred who send slowly
IDLE = 60                       # seconds without a byte, after which a connection is closed
REQUEST_TIME = 60               # seconds from a request's first byte to its last
LINGER = 30                     # seconds in which a refused client may go on sending
LOOK = 0.5                      # seconds between looks at the event that ends a server, when it is idle
DRAIN_LOOK = 0.02               # the same between looks at the connections of one that ends
QUIET = 1.0                     # seconds in which a client that was answered may ask again before its connection ends


class RequestTimeout(utilities.Error):
    code, reason = 408, "Request Timeout"


class Parser(parser.HTTPRequestParser):
    """A request that is not whole in time is refused.  ``channel``: its connection."""

    time_limit: float | None = REQUEST_TIME

    def __init__(self, adj, channel):
        super().__init__(adj)
        self.channel, self._began = channel, time.monotonic()

    def received(self, data):
        if self.time_limit is not None and time.monotonic() - self._began > self.time_limit and not self.completed:
            if not self.headers_finished:
                self.parse_header(b"GET / HTTP/1.0\r\n")            # an answer needs a version
            self.error, self.completed = RequestTimeout("The request took too long to arrive."), True
            consumed = len(data)
        else:
            consumed = super().received(data)
        if self.error is not None:
            self.channel.refused = True
        return consumed


class _Task(task.WSGITask):
    """An answer, its header in one packet with what comes first of its body; of a server that ends it says that the
    connection ends with it."""

    def build_response_header(self):
        if getattr(self.channel.server, "draining", False):
            self.request.headers["CONNECTION"] = "close"
        self.channel.header = super().build_response_header()
        return b""                                  # nothing to send yet

    def finish(self):
        super().finish()
        self.channel.send_header()                  # of an answer without a body


class Channel(channel.HTTPChannel):
    """Whoever is refused in the middle of a request hears the answer: to close at once would reset the connection and
    take the answer away with it, so what still comes is thrown away for a while."""

    task_class = _Task
    refused, _lingers_until = False, None
    header = b""                                    # of an answer whose body has not begun

    def parser_class(self, adj):
        return Parser(adj, self)

    def write_soon(self, data):
        """waitress's tasks call this; ``data``: bytes, or a file of the app's."""
        if data and self.header:
            if isinstance(data, bytes):
                data, self.header = self.header + data, b""
            else:
                self.send_header()
        return super().write_soon(data)

    def send_header(self) -> None:
        if self.header:
            header, self.header = self.header, b""
            super().write_soon(header)

    def readable(self):
        return self._lingers_until is not None or super().readable()

    def handle_read(self):
        if self._lingers_until is None:
            super().handle_read()
            return
        try:
            alive = self.recv(1 << 16) and time.monotonic() < self._lingers_until
        except OSError:
            alive = False
        if not alive:
            self.handle_close()

    def handle_close(self):
        if self.refused and self.connected and self._lingers_until is None:
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            else:
                self._lingers_until, self.will_close = time.monotonic() + LINGER, False
                return
        super().handle_close()

    def quiet(self) -> bool:
        """Nothing has come or gone for a while; nothing is worked on, half received or half sent."""
        return not (self.requests or self.request or self.total_outbufs_len) \
            and time.time() - self.last_activity >= QUIET


def create(app, sock: socket.socket, *, threads: int, most_body: int, channel_class=Channel, **settings):
    """A waitress server on a listening socket, for ``run``; ``most_body`` in bytes."""
    # waitress refuses a body of exactly the limit, too
    server = waitress.create_server(app, sockets=[sock], threads=threads, max_request_body_size=most_body + 1,
                                    connection_limit=CONNECTIONS, channel_timeout=IDLE, asyncore_use_poll=True,
                                    **settings)
    server.channel_class = channel_class
    return server


def run(server, stop: threading.Event) -> None:
    """Answer until ``stop`` is set; then what has begun, for at most [DEFAULT] graceful_shutdown_timeout seconds."""
    try:
        # Looking at ``stop`` twice a second costs nothing; waking the loop from another thread would race with its end.
        while not stop.is_set():
            wasyncore.loop(timeout=LOOK, use_poll=True, map=server._map, count=1)
        _drain(server)
    finally:
        server.task_dispatcher.shutdown()
        wasyncore.close_all(server._map)


def _drain(server) -> None:
    """Accept nothing more; a connection ends with its next answer, or when it has been quiet."""
    server.accepting, server.draining = False, True
    until = time.monotonic() + CONF.graceful_shutdown_timeout
    while server.active_channels and time.monotonic() < until:
        for connection in list(server.active_channels.values()):
            if connection.quiet():
                connection.will_close = True
        wasyncore.loop(timeout=DRAIN_LOOK, use_poll=True, map=server._map, count=1)
