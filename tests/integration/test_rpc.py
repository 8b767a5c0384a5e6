"""The message bus over a real broker: what the library does at a service's end."""
import threading
import time
import uuid

import pytest

from nova_lite import conf, rpc
from nova_lite.context import admin_context
from nova_lite.rpc import bulk, several
from tests.integration.deployment import required
from tests.waiting import wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]
COUNT = 400


class Endpoint:
    """Takes ``note`` casts; each keeps a thread for a moment, so that more of them wait."""

    def __init__(self, heard):
        self.heard = heard

    def note(self, context, number):
        time.sleep(0.01)
        self.heard.append(number)


@pytest.fixture
def bus(tmp_path):
    path = tmp_path / "nova_lite.conf"
    path.write_text(f"[DEFAULT]\ntransport_url = {required('NOVA_LITE_TEST_RABBIT_URL')}\n")
    rpc.cleanup()
    rpc.set_defaults()
    conf.load(files=[str(path)])
    yield
    rpc.cleanup()
    conf.CONF.reset()


def test_what_is_sent_while_a_service_ends_is_the_next_ones(bus):
    topic, heard = f"t{uuid.uuid4().hex[:8]}", []

    class Client(rpc.Client):
        pass

    Client.topic = topic
    client = Client()

    def send():
        for number in range(COUNT):
            assert client.cast(admin_context(), "note", number=number)

    sender = threading.Thread(target=send)
    first = rpc.server(topic, "host", [Endpoint(heard)])
    first.start()
    sender.start()
    wait(lambda: len(heard) > 20, 30)
    first.stop()
    first.wait()
    second = rpc.server(topic, "host", [Endpoint(heard)])
    second.start()
    sender.join()
    try:
        wait(lambda: len(heard) >= COUNT, 30)
    finally:
        second.stop()
        second.wait()
    assert sorted(heard) == list(range(COUNT))


def test_what_is_read_in_bulk_comes_in_order_and_waits_for_the_next_reader(bus):
    heard, exchange = [], rpc.server(f"t{uuid.uuid4().hex[:8]}", "host", [Endpoint([])])
    exchange.start()                                    # as every service that reads in bulk has an RPC server, too

    class Client(rpc.Client):
        topic = f"t{uuid.uuid4().hex[:8]}"

    def take(number):
        heard.append(number)
        if number is None:
            raise ValueError("no number")

    client, first = Client(), bulk.server(Client.topic, "host", "note", take)
    first.start()
    try:
        wait(lambda: client.cast(admin_context(), "note", number=-1) and heard, 30)     # its queue is there
        assert client.cast(admin_context(), "unknown", number=1) and client.cast(admin_context(), "note", more=1)
        assert client.cast(admin_context(), "note", number=None)
        for number in range(COUNT):
            assert client.cast(admin_context(), "note", number=number)
        wait(lambda: heard[-1] == COUNT - 1, 30)
        assert [number for number in heard if number != -1] == [None, *range(COUNT)], "a bad message comes once"
        casts = [several.Cast(admin_context(), "note", {"number": COUNT}), several.Cast(admin_context(), "unknown", {}),
                 several.Cast(admin_context(), "note", {"number": COUNT + 1})]
        assert client._cast(None, several.packed(casts, rpc.Serializer().serialize_context))
        wait(lambda: heard[-2:] == [COUNT, COUNT + 1], 30)
    finally:
        first.stop()
        first.wait()
    assert client.cast(admin_context(), "note", number="kept")
    second = bulk.server(Client.topic, "host", "note", take)
    second.start()
    try:
        wait(lambda: heard[-1] == "kept", 30)
    finally:
        for server in (second, exchange):
            server.stop()
            server.wait()
