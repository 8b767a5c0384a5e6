"""A serial line at a port of its own."""
import os
import pty
import socket

import pytest

pytest.importorskip("libvirt")
from nova_lite.virt.libvirt.serial_relay import SerialRelays  # noqa: E402


@pytest.fixture
def line():
    """(the guest's end, the device)"""
    guest, other = pty.openpty()
    yield guest, os.ttyname(other)
    os.close(guest)
    os.close(other)


@pytest.fixture
def relays():
    found = SerialRelays()
    yield found
    found.stop()


def test_bytes_go_both_ways_one_user_after_another(line, relays):
    guest, device = line
    port = relays.port("uuid", device, "127.0.0.1", 60)
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", port), 10) as user:
            user.sendall(b"root\n")
            assert os.read(guest, 100) == b"root\n"
            os.write(guest, b"# ")
            assert user.recv(100) == b"# "


def test_one_port_while_it_lives_and_another_for_another_line(line, relays):
    _, device = line
    port = relays.port("uuid", device, "127.0.0.1", 60)
    assert relays.port("uuid", device, "127.0.0.1", 60) == port
    assert relays.port("other", device, "127.0.0.1", 60) != port
    second = pty.openpty()
    assert relays.port("uuid", os.ttyname(second[1]), "127.0.0.1", 60) != port, "the guest was started again"
    for end in second:
        os.close(end)


def test_it_ends(line, relays):
    port = relays.port("uuid", line[1], "127.0.0.1", 0)
    assert relays.port("uuid", line[1], "127.0.0.1", 60) != port
    relays.stop("uuid")
    assert relays.port("uuid", line[1], "127.0.0.1", 60) != port
