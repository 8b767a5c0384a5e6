"""Serving metadata: the socket before its address, and over real connections who asks."""
import http.client
import socket
import threading

import pytest

from nova_lite.api.metadata import MetadataApp
from nova_lite.cmd import metadata
from nova_lite.conf import CONF
from tests.unit.virt.samples import INSTANCE

OTHER = INSTANCE.replace(uuid="11111111-2222-4333-8444-555555555555")
OWNERS = {"127.0.0.5": INSTANCE, "127.0.0.6": OTHER}


class Network:
    def owner_of_address(self, context, address):
        return OWNERS[address].uuid if address in OWNERS else None


@pytest.fixture
def listen_at():
    def override(address, port=0):
        CONF.set_override("listen", address, "metadata")
        CONF.set_override("port", port, "metadata")
    yield override
    CONF.clear_override("listen", "metadata")
    CONF.clear_override("port", "metadata")


def test_bound_before_the_address_exists(listen_at):
    listen_at("192.0.2.77")
    with metadata.bind(threading.Event()) as sock:
        assert sock.getsockname()[0] == "192.0.2.77"


def test_a_port_that_is_taken_is_waited_for(listen_at, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        listen_at("127.0.0.1", port)
        stop = threading.Event()
        waits = []

        def wait(seconds):
            waits.append(seconds)
            taken.close()

        monkeypatch.setattr(stop, "wait", wait)
        with metadata.bind(stop) as sock:
            assert sock.getsockname()[1] == port
        assert len(waits) == 1


def test_waiting_for_a_port_ends_with_the_service(listen_at, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen_at("127.0.0.1", taken.getsockname()[1])
        stop = threading.Event()
        monkeypatch.setattr(stop, "wait", lambda seconds: stop.set())
        assert metadata.bind(stop) is None


def test_the_connection_says_who_asks(listen_at):
    listen_at("127.0.0.1")
    stop = threading.Event()
    sock = metadata.bind(stop)
    address = sock.getsockname()
    instances = {i.uuid: i for i in OWNERS.values()}
    app = MetadataApp(Network(), instances.get, "novalocal")
    server = threading.Thread(target=metadata.serve, args=(stop, app, sock))
    server.start()

    def ask(source, **headers):
        client = http.client.HTTPConnection(*address, timeout=30, source_address=(source, 0))
        client.request("GET", "/openstack/latest/meta_data.json", headers=headers)
        answer = client.getresponse()
        return answer.status, answer.read().decode()

    try:
        for source, instance in OWNERS.items():
            status, body = ask(source, **{"X-Forwarded-For": "127.0.0.5", "X-Forwarded-Host": "x"})
            assert (status, instance.uuid in body) == (200, True)
        assert ask("127.0.0.7", **{"X-Forwarded-For": "127.0.0.5"})[0] == 404
    finally:
        stop.set()
        server.join(30)
    assert not server.is_alive()
