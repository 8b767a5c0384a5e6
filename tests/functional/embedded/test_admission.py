"""An upload is let in before it is taken in: what is refused is refused by its headers."""
import socket
import tempfile

import pytest
import requests

from nova_lite.embedded.identity import tokens
from nova_lite.embedded.image import files

IMAGES = "/image/v2/images"


class Sender:
    """A client that sends as it likes."""

    def __init__(self, services):
        self.socket = socket.create_connection(("127.0.0.1", services.port), timeout=30)

    def headers(self, path, token, length=1 << 40, *more):
        lines = [f"PUT {path} HTTP/1.1", "Host: x", "Content-Type: application/octet-stream",
                 f"Content-Length: {length}", *([f"X-Auth-Token: {token}"] if token else ()), *more]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())

    def answer(self) -> str:
        """Up to the end of the headers."""
        received = b""
        while b"\r\n\r\n" not in received:
            data = self.socket.recv(4096)
            assert data, f"closed after {received!r}"
            received += data
        return received.decode()

    def close(self):
        self.socket.close()


@pytest.fixture
def send(services):
    senders = []

    def make():
        senders.append(Sender(services))
        return senders[-1]
    yield make
    for sender in senders:
        sender.close()


@pytest.fixture
def image_id(services):
    return services.call("POST", IMAGES, "demo", json={"name": "i", "disk_format": "raw",
                                                       "container_format": "bare"}).json()["id"]


@pytest.fixture
def opened(monkeypatch):
    """Every file that a body was put into."""
    made, real = [], tempfile.TemporaryFile

    def temporary(*args, **kwargs):
        made.append(kwargs)
        return real(*args, **kwargs)
    monkeypatch.setattr(tempfile, "TemporaryFile", temporary)
    return made


@pytest.mark.parametrize(("token", "code"), [(None, 401), ("nonsense", 401), ("stranger", 404)])
def test_who_may_not_is_told_before_sending_a_byte(services, send, image_id, token, code):
    if token == "stranger":
        token, _ = tokens.issue(tokens.Token("bob", "bob", ("password",), "another", "another", ("member",)))
    sender = send()
    sender.headers(f"{IMAGES}/{image_id}/file", token)
    answer = sender.answer()
    assert answer.startswith(f"HTTP/1.1 {code} "), answer
    assert "application/json" in answer and ("Keystone uri=" in answer) == (code == 401)
    assert list(files.folder().iterdir()) == []


def test_what_may_not_be_is_told_before_sending_a_byte(services, send, image_id):
    token = services.token("demo")
    for path, more, code in ((f"{IMAGES}/nothing/file", (), 404),
                             (f"{IMAGES}/{image_id}/file", ("Content-Type: x/y",), 415)):
        sender = send()
        sender.headers(path, token, 1 << 39, *more)
        assert sender.answer().startswith(f"HTTP/1.1 {code} ")
    assert services.call("PUT", f"{IMAGES}/{image_id}/file", "demo", data=b"x" * 100, headers={
        "Content-Type": "application/octet-stream"}).status_code == 204
    sender = send()
    sender.headers(f"{IMAGES}/{image_id}/file", token)
    assert sender.answer().startswith("HTTP/1.1 409 ")


def test_a_refused_client_that_sends_on_hears_the_answer_and_nothing_is_kept(services, image_id, opened):
    for _ in range(5):
        answer = requests.put(f"{services.url}{IMAGES}/{image_id}/file", data=b"x" * (20 << 20), timeout=60, headers={
            "X-Auth-Token": "nonsense", "Content-Type": "application/octet-stream"})
        assert answer.status_code == 401
    assert not opened


def test_a_client_that_asks_first_is_told_to_go_on(services, send, image_id):
    sender = send()
    sender.headers(f"{IMAGES}/{image_id}/file", services.token("demo"), 5, "Expect: 100-continue")
    assert sender.answer().startswith("HTTP/1.1 100 ")
    sender.socket.sendall(b"bytes")
    assert sender.answer().startswith("HTTP/1.1 204 ")
    assert files.path_of(image_id).read_bytes() == b"bytes"
    sender = send()
    sender.headers(f"{IMAGES}/{image_id}/file", "nonsense", 5, "Expect: 100-continue")
    assert sender.answer().startswith("HTTP/1.1 401 ")


def test_a_password_is_looked_at_without_stopping_the_others(http_basic):
    """bcrypt takes a while, and the server has one loop."""
    url = f"{http_basic.url}{IMAGES}"
    body = {"name": "i", "disk_format": "raw", "container_format": "bare"}
    made = requests.post(url, json=body, auth=("admin", "adminpass"), timeout=30).json()
    for auth, code in ((("admin", "wrong"), 401), (("admin", "adminpass"), 204)):
        answer = requests.put(f"{url}/{made['id']}/file", data=b"x" * (4 << 20), auth=auth, timeout=30,
                              headers={"Content-Type": "application/octet-stream"})
        assert answer.status_code == code, answer.text
