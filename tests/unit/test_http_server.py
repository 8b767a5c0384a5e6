"""How an HTTP server ends: what was accepted is answered, what waits at the socket is left to the next."""
import contextlib
import http.client
import socket
import threading
import time

import pytest

from nova_lite import http_server
from nova_lite.conf import CONF


class Serving:
    """A server whose answers wait for ``go``; ``entered`` tells that a request is with the app."""

    def __init__(self, sock):
        self.go, self.entered, self.stop = threading.Event(), threading.Semaphore(0), threading.Event()
        server = http_server.create(self._app, sock, threads=4, most_body=1000, ident=None,
                                    clear_untrusted_proxy_headers=True)
        self.thread = threading.Thread(target=http_server.run, args=(server, self.stop), daemon=True)
        self.thread.start()

    def _app(self, environ, start_response):
        self.entered.release()
        assert self.go.wait(30)
        start_response("200 OK", [("Content-Length", "4")])
        return [b"done"]


@pytest.fixture
def listening(monkeypatch):
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as sock:
        yield sock


def client(listening):
    connection = http.client.HTTPConnection("127.0.0.1", listening.getsockname()[1], timeout=30)
    connection.connect()
    return connection


def test_a_request_that_has_begun_is_answered_and_told_that_the_connection_ends(listening):
    serving = Serving(listening.dup())
    busy = client(listening)
    busy.request("GET", "/")
    assert serving.entered.acquire(timeout=30)
    serving.stop.set()
    time.sleep(2 * http_server.LOOK)
    assert serving.thread.is_alive()
    serving.go.set()
    answer = busy.getresponse()
    assert (answer.status, answer.read(), answer.headers["Connection"]) == (200, b"done", "close")
    serving.thread.join(30)
    assert not serving.thread.is_alive()


def test_who_connects_meanwhile_is_served_by_the_next(listening):
    first = Serving(listening.dup())
    busy = client(listening)
    busy.request("GET", "/")
    assert first.entered.acquire(timeout=30)
    first.stop.set()
    time.sleep(2 * http_server.LOOK)
    late = client(listening)
    late.request("GET", "/")
    second = Serving(listening.dup())
    second.go.set()
    assert late.getresponse().status == 200
    first.go.set()
    assert busy.getresponse().status == 200
    second.stop.set()


def test_a_kept_alive_client_that_asks_at_once_again_is_still_answered(listening):
    serving = Serving(listening.dup())
    serving.go.set()
    kept = client(listening)
    kept.request("GET", "/")
    assert kept.getresponse().read() == b"done"
    serving.stop.set()
    kept.request("GET", "/")
    answer = kept.getresponse()
    assert answer.read() == b"done"
    serving.thread.join(30)
    assert not serving.thread.is_alive()


def test_the_end_is_bounded(listening):
    CONF.set_override("graceful_shutdown_timeout", 1)
    try:
        serving = Serving(listening.dup())
        busy = client(listening)
        busy.request("GET", "/")
        assert serving.entered.acquire(timeout=30)
        serving.stop.set()
        serving.thread.join(30)
        assert not serving.thread.is_alive()
    finally:
        CONF.clear_override("graceful_shutdown_timeout")
        serving.go.set()
