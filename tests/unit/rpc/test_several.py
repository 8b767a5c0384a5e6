"""Casts that share a message: each is handled as if it had come by itself."""
import threading
import types
from concurrent import futures

import pytest
from oslo_context import context as oslo_context

from nova_lite import rpc
from nova_lite.context import RequestContext
from nova_lite.rpc import several


def context(number: int) -> RequestContext:
    return RequestContext(user_id=f"u{number}", request_id=f"req-{number}", auth_token="secret", overwrite=False)


@pytest.fixture
def client(monkeypatch):
    """A client whose messages are ``sent``: (server, method, arguments) each; the first waits for ``go``."""
    found = rpc.Client()
    found.sent, found.begun, found.go, found.fails = [], threading.Event(), threading.Event(), False

    def cast(server, message):
        found.sent.append((server, message.method, message.arguments))
        found.begun.set()
        assert found.go.wait(10)
        return not found.fails
    monkeypatch.setattr(found, "_cast", cast)
    return found


def test_casts_that_come_while_one_is_sent_share_the_next_message(client):
    with futures.ThreadPoolExecutor(8) as pool:
        first = pool.submit(client.cast, context(0), "note", server="a", number=0)
        assert client.begun.wait(10)
        others = [pool.submit(client.cast, context(number), "note", server="a", number=number) for number in (1, 2)]
        others.append(pool.submit(client.cast, context(3), "build", server="a", orders=[1] * 40))
        elsewhere = pool.submit(client.cast, context(4), "note", server="b", number=4)
        while len(client._casts["a"]._waiting) < 3 or len(client.sent) < 2:
            pass
        client.fails = True
        client.go.set()
        assert not any(one.result(10) for one in (first, *others, elsewhere))
    assert sorted(client.sent[:2], key=str) == [("a", "note", {"number": 0}), ("b", "note", {"number": 4})]
    told = []
    for server, method, arguments in client.sent[2:]:
        casts = arguments["casts"] if method == several.METHOD else [{"method": method, "args": arguments}]
        told += [(server, cast["method"], cast["args"]) for cast in casts]
        assert not any((cast.get("context") or {}).get("auth_token") for cast in casts)
        assert sum(len(cast["args"].get("orders", [0])) for cast in casts) <= several.MOST or len(casts) == 1
    assert sorted(told, key=str) == [("a", "build", {"orders": [1] * 40}), ("a", "note", {"number": 1}),
                                     ("a", "note", {"number": 2})]


def test_each_is_handled_in_a_context_and_thread_of_its_own_and_fails_by_itself():
    heard, together = [], threading.Barrier(3, timeout=10)

    class Dispatcher:
        @staticmethod
        def dispatch(incoming):
            together.wait()                     # all are at work at the same time
            number = incoming.message["args"]["number"]
            heard.append((number, incoming.ctxt["request_id"], oslo_context.get_current().request_id))
            if number == 1:
                raise ValueError(number)
    casts = [several.Cast(context(number), "note", {"number": number}) for number in range(3)]
    message = several.packed(casts, rpc.Serializer().serialize_context)
    assert message.method == several.METHOD and several.packed(casts[:1], None) is casts[0]
    with futures.ThreadPoolExecutor(2) as pool:
        rpc._Dispatcher(Dispatcher, pool.submit).dispatch(types.SimpleNamespace(
            ctxt=context(0).to_dict(), message={"method": message.method, "args": message.arguments}))
    assert sorted(heard) == [(number, f"req-{number}", f"req-{number}") for number in range(3)]
