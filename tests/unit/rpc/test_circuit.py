"""Casts and calls while the broker is away: given up at once, looked for by one thread, and sent again after."""
import threading

import kombu.exceptions
import pytest

from nova_lite import exceptions, rpc
from nova_lite.context import admin_context
from nova_lite.rpc import circuit, oslo_messaging


class Broker:
    """``away``: nothing can be sent and nobody answers a look.  ``tries`` are the attempts to send, by their retry."""

    def __init__(self):
        self.away, self.error, self.tries, self.looks = False, oslo_messaging.MessageDeliveryFailure("gone"), [], 0
        self.waiting, self.waited = set(), threading.Event()        # threads that look until it is back

    def look(self):
        self.looks += 1
        if threading.current_thread().name == "broker":
            self.waiting.add(threading.get_ident())
            self.waited.set()
        if self.away:
            raise exceptions.NovaLiteError("cannot be reached")

    def prepare(self, server=None, timeout=None, retry=1):
        broker = self

        class Prepared:
            def cast(self, context, method, **kwargs):
                broker.tries.append(retry)
                if broker.away or broker.stale():
                    raise broker.error
            call = cast
        return Prepared()

    def stale(self):
        return False


@pytest.fixture
def broker(monkeypatch):
    found = Broker()
    monkeypatch.setattr(circuit, "LOOK", 0.01)
    monkeypatch.setattr(rpc, "_circuit", circuit.Circuit(found.look))
    monkeypatch.setattr(rpc.Client, "_prepare", lambda self, *args, **kwargs: found.prepare(*args, **kwargs))
    yield found
    found.away = False


@pytest.fixture
def cast(broker):
    return lambda: rpc.Client().cast(admin_context(), "hello")


@pytest.mark.parametrize("error", [oslo_messaging.MessageDeliveryFailure("gone"), OSError("refused"),
                                   kombu.exceptions.OperationalError("no connection")], ids=lambda e: type(e).__name__)
def test_a_broker_that_is_away_is_tried_once(broker, cast, error):
    broker.away, broker.error = True, error
    assert [cast() for _ in range(100)] == [False] * 100
    assert broker.tries == [0]
    with pytest.raises(exceptions.ServiceUnavailable):
        rpc.Client().call(admin_context(), "hello")
    assert broker.tries == [0]


def test_it_is_used_again_when_it_is_back(broker, cast):
    broker.away = True
    assert not cast()
    broker.away = False
    assert rpc._circuit._back.wait(30)
    assert cast()


def test_a_connection_that_died_is_made_anew(broker, cast):
    broker.stale = lambda: len(broker.tries) == 1
    assert cast() and broker.tries == [0, 1] and broker.looks == 1


def test_a_call_finds_out_for_the_others(broker, cast):
    broker.away = True
    with pytest.raises(exceptions.ServiceUnavailable):
        rpc.Client().call(admin_context(), "hello")
    assert not cast() and broker.tries == [1]


def test_an_answer_that_does_not_come_says_nothing_of_the_broker(broker, cast):
    broker.away, broker.error = True, oslo_messaging.MessagingTimeout()
    with pytest.raises(exceptions.ServiceUnavailable):
        rpc.Client().call(admin_context(), "hello")
    assert broker.looks == 0


def test_of_many_that_fail_one_looks(broker, cast):
    broker.away = True
    gate = threading.Barrier(8)
    threads = [threading.Thread(target=lambda: (gate.wait(), cast())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    broker.waited.wait(30)
    assert len(broker.waiting) == 1
