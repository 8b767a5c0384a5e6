"""waitress with limits.  It keeps a whole request, in memory and then on disk, before an app sees it: so here is said
how much of one it takes, and for how long it waits.

Used by the compute API, the metadata service and the embedded services; their own servers build on the classes.
"""
import socket
import time

import waitress
from waitress import channel, parser, utilities

CONNECTIONS = 1000              # at once; waitress's own limit of 100 is filled by a hundred who send slowly
IDLE = 60                       # seconds without a byte, after which a connection is closed
REQUEST_TIME = 60               # seconds from a request's first byte to its last
LINGER = 30                     # seconds in which a refused client may go on sending


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


class Channel(channel.HTTPChannel):
    """Whoever is refused in the middle of a request hears the answer: to close at once would reset the connection and
    take the answer away with it, so what still comes is thrown away for a while."""

    refused, _lingers_until = False, None

    def parser_class(self, adj):
        return Parser(adj, self)

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


def create(app, sock: socket.socket, *, threads: int, most_body: int, channel_class=Channel, **settings):
    """A waitress server on a listening socket, to be run by the caller; ``most_body`` in bytes."""
    # waitress refuses a body of exactly the limit, too
    server = waitress.create_server(app, sockets=[sock], threads=threads, max_request_body_size=most_body + 1,
                                    connection_limit=CONNECTIONS, channel_timeout=IDLE, asyncore_use_poll=True,
                                    **settings)
    server.channel_class = channel_class
    return server
