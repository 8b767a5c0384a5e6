"""From a websocket to a console: the proxy of the common cloud's consoles, and a console that echoes."""
import contextlib
import select
import socket
import socketserver
import struct
import threading
import urllib.error
import urllib.request

import pytest
from websockify.websocket import WebSocket, WebSocketWantReadError

from nova_lite.compute.rpcapi import ComputeAPI
from nova_lite.console.proxy import ConsoleProxy
from nova_lite.db import console_tokens, session
from nova_lite.models import ConsoleEndpoint
from tests.functional.api.server_fixtures import (  # noqa: F401
    _post,
    application,
    client,
    config,
    make_server,
)
from tests.functional.api.test_remote_consoles import database, token_of  # noqa: F401

UUID = "0e44cc9c-e052-415d-afbf-000000000001"


@contextlib.contextmanager
def serving(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(b"hello")
        while data := self.request.recv(1000):
            self.request.sendall(data.upper())


@pytest.fixture
def console(monkeypatch):
    """The host's answer is where an echo listens."""
    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo)) as port:
        monkeypatch.setattr(ComputeAPI, "get_console", lambda *args: ConsoleEndpoint("127.0.0.1", port))
        yield port


@pytest.fixture
def pages(tmp_path):
    (tmp_path / "vnc_lite.html").write_text("<p>noVNC</p>")
    return tmp_path


@pytest.fixture
def proxy(pages):
    with serving(ConsoleProxy(("127.0.0.1", 0), "vnc", "novnc", str(pages))) as port:
        yield port


class Browser(WebSocket):
    """websockify's own client, which leaves out a URL's query."""

    def __init__(self, token: str):
        super().__init__()
        self.token = token

    def send_request(self, type, path):
        super().send_request(type, f"{path}?token={self.token}")


def connected(port: int, token: str) -> WebSocket:
    found = Browser(token)
    found.connect(f"ws://127.0.0.1:{port}/", protocols=["binary"])
    return found


def refused(port: int, token: str, origin: str | None = None) -> int:
    """The code of the answer to an upgrade."""
    lines = [f"GET /?token={token} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
             "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
             *([f"Origin: {origin}"] if origin else [])]
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = connection.recv(1000)
        code = int(answer.split()[1])
        assert code == 101 or answer.endswith(b"\r\n\r\n"), "a body would be read as frames"
        return code


def said(found: WebSocket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        try:
            data += found.recv()
        except WebSocketWantReadError:          # a part of a frame
            select.select([found.socket], [], [], 10)
    return data


def test_bytes_go_both_ways(client, make_server, console, proxy):  # noqa: F811
    make_server()
    found = connected(proxy, token_of(client.at("2.6")))
    assert said(found, 5) == b"hello"
    found.send(b"abc")
    assert said(found, 3) == b"ABC"
    found.close()


def test_what_leads_nowhere(client, make_server, console, proxy, config):  # noqa: F811
    make_server()
    token = token_of(client.at("2.6"))
    assert refused(proxy, "none") == refused(proxy, "") == 404
    assert refused(proxy, token_of(client.at("2.6"), "serial", "serial")) == 404, "of another kind"
    assert refused(proxy, token, "http://evil.example") == 403
    assert refused(proxy, token, f"http://127.0.0.1:{proxy}") == 101
    config("consoleauth", token_ttl=0)
    assert refused(proxy, token_of(client.at("2.6"))) == 404, "it has expired"


def test_of_a_server_that_is_gone(client, make_server, console, proxy):  # noqa: F811
    make_server()
    token = token_of(client.at("2.6"))
    make_server.become(UUID, deleted=True)
    try:
        assert refused(proxy, token) == 404
    finally:
        make_server.become(UUID, deleted=False)


def test_expired_tokens_are_forgotten(client, make_server, config):  # noqa: F811
    make_server()
    config("consoleauth", token_ttl=0)
    token_of(client.at("2.6"))
    assert session.transaction(console_tokens.expire)() == 1
    assert session.transaction(console_tokens.expire)() == 0


def test_pages(proxy):
    with urllib.request.urlopen(f"http://127.0.0.1:{proxy}/vnc_lite.html?path=%3Ftoken%3Dx") as answer:
        assert answer.read() == b"<p>noVNC</p>"
    for path in ("/", "/../../etc/passwd", "/none"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{proxy}{path}")


def test_without_pages():
    with serving(ConsoleProxy(("127.0.0.1", 0), "serial", "serial")) as port:
        with pytest.raises(urllib.error.HTTPError, match="405"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/")


def test_the_screen_of_a_fake_guest(client, make_server, proxy):  # noqa: F811
    """As a viewer asks for it, by RFB 3.8: one colour, and what is typed and pasted goes nowhere."""
    make_server()
    found = connected(proxy, token_of(client.at("2.6")))
    assert said(found, 12) == b"RFB 003.008\n"
    found.send(b"RFB 003.008\n")
    assert said(found, 2) == b"\1\1", "no password"
    found.send(b"\1")
    assert said(found, 4) == bytes(4)
    found.send(b"\1")
    opening = said(found, 25)
    width, height, name_length = struct.unpack(">HH16xI", opening[:24])
    assert opening[24:].startswith(b"fake guest on") and len(opening) == 24 + name_length
    found.send(struct.pack(">BxH2i", 2, 2, 0, 1) + struct.pack(">BBxxI", 4, 1, 65) + struct.pack(">B3xI", 6, 3) + b"abc"
               + struct.pack(">BBHHHH", 3, 1, 0, 0, width, height) + struct.pack(">BBHHHH", 3, 0, 0, 0, width, height))
    picture = said(found, 16 + width * height * 4)
    assert struct.unpack(">BxHHHHHi", picture[:16]) == (0, 1, 0, 0, width, height, 0) and not any(picture[16:])
    found.send(b"\x63")
    assert found.recv() is None, "it hangs up on what is no RFB"
