"""Frames of AMQP out of what a socket gives."""
import socket
import struct

import pytest

from nova_lite.rpc import wire


def frame(payload: bytes, kind: int = 1) -> bytes:
    return struct.pack(">BHI", kind, 1, len(payload)) + payload + b"\xce"


class Watched:
    """A socket that counts what it is asked."""

    def __init__(self, sock):
        self._sock, self.reads = sock, 0

    def __getattr__(self, name):
        return getattr(self._sock, name)

    def recv(self, size):
        self.reads += 1
        return self._sock.recv(size)


@pytest.fixture
def ends():
    """(a transport, the broker's end of its socket)"""
    ours, theirs = socket.socketpair()
    transport = wire.Transport("localhost")
    transport.sock = Watched(ours)
    transport._setup_transport()
    transport.connected = True
    yield transport, theirs
    ours.close()
    theirs.close()


@pytest.fixture
def connection(ends):
    """One whose frames are in ``frames``."""
    transport, _theirs = ends
    found = wire.Connection.__new__(wire.Connection)
    found._transport, found.frames = transport, []
    found._on_inbound_frame = lambda one: found.frames.append(one[2]) or True
    return found


def test_what_has_come_is_read_at_once(ends, connection):
    transport, theirs = ends
    payloads = [b"head", b"", b"x" * 5000, b"\xce" * 7]
    theirs.sendall(b"".join(map(frame, payloads)))
    for _ in payloads:
        assert connection.blocking_read(5)
    assert connection.frames == payloads and transport.sock.reads == 1


def test_a_frame_larger_than_a_read(ends, connection):
    transport, theirs = ends
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    large = bytes(range(256)) * 300
    theirs.sendall(frame(large) + frame(b"next"))
    connection.blocking_read(5)
    connection.blocking_read(5)
    assert connection.frames == [large, b"next"]
    assert transport.sock.reads <= 2 + len(large) // wire.AT_ONCE


@pytest.mark.parametrize("cut", [1, 6, 7, 8, 11, 13])
def test_half_a_frame_waits_for_the_rest(ends, connection, cut):
    _transport, theirs = ends
    data = frame(b"whole!")
    theirs.sendall(frame(b"first") + data[:cut])
    connection.blocking_read(5)
    with pytest.raises(TimeoutError):
        connection.blocking_read(0.01)
    with pytest.raises(TimeoutError):
        connection.blocking_read(0)
    theirs.sendall(data[cut:])
    connection.blocking_read(5)
    assert connection.frames == [b"first", b"whole!"]


def test_nothing_is_read_where_nothing_has_come(ends, connection):
    transport, theirs = ends
    with pytest.raises(TimeoutError):
        connection.blocking_read(0)
    assert transport.sock.reads == 0
    theirs.close()
    with pytest.raises(OSError, match="closed") as raised:          # the end of a connection is something
        connection.blocking_read(0)
    assert not isinstance(raised.value, TimeoutError) and not transport.connected


def test_tls_goes_the_librarys_way(monkeypatch):
    made = []
    monkeypatch.setattr(wire.pyamqp.Connection, "Transport", lambda *args, **more: made.append((args, more)) or "tls")
    connection = wire.Connection.__new__(wire.Connection)
    assert wire.Connection.Transport(connection, "h", 5, {"ca": 1}, 1, 2) == "tls" and len(made) == 1
    plain = wire.Connection.Transport(connection, "h:5", 5, False, 1, 2, {"a": 1})
    assert isinstance(plain, wire.Transport) and (plain.read_timeout, plain.write_timeout) == (1, 2)
    assert plain.socket_settings == {"a": 1}
