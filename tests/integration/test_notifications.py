"""Notifications over a real broker: what the conductor sends, ``nova-lite event watch`` reads."""
import threading

import pytest

from nova_lite import conf, exceptions, rpc
from nova_lite.cli import broker, event
from nova_lite.context import RequestContext
from nova_lite.rpc.notifier import Message, Notifier
from tests.integration.deployment import required

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]
TOPIC = "notifications_of_a_test"


@pytest.fixture
def notifier(tmp_path):
    def load(url):
        path = tmp_path / "nova_lite.conf"
        path.write_text(f"[DEFAULT]\ntransport_url = {url}\n[oslo_messaging_notifications]\ndriver = messagingv2\n"
                        f"[notifications]\nversioned_notifications_topics = {TOPIC}\n")
        rpc.cleanup()
        rpc.set_defaults()
        conf.load(files=[str(path)])
        return Notifier()
    yield load
    rpc.cleanup()
    conf.CONF.reset()


def message(number: int, priority: str = "INFO") -> Message:
    return Message(f"m{number}", "nova-compute:h1", f"instance.test{number}", priority,
                   {"nova_object.data": {"uuid": f"u{number}"}}, "2026-01-02 03:04:05.678901")


def test_what_is_sent_is_watched_and_stays_for_others(notifier):
    url = required("NOVA_LITE_TEST_RABBIT_URL")
    sender, context = notifier(url), RequestContext(user_id="u1", request_id="req-1", overwrite=False)
    sender.send(context, message(0))                # nobody watches yet; now the exchange is there
    seen, ready = [], threading.Event()

    def watch():
        for found in event.messages(broker.for_kombu(url), "nova", TOPIC, 30, ready.set):
            seen.append(found)
            if len(seen) == 3:
                return
    watcher = threading.Thread(target=watch)
    watcher.start()
    assert ready.wait(20)
    for number, priority in ((1, "INFO"), (2, "ERROR"), (3, "INFO")):
        sender.send(context, message(number, priority))
    watcher.join(30)
    assert [(found["message_id"], found["priority"]) for found in seen] == [
        ("m1", "INFO"), ("m2", "ERROR"), ("m3", "INFO")]
    assert seen[0]["timestamp"] == "2026-01-02 03:04:05.678901" and seen[0]["_context_request_id"] == "req-1"
    sender.close()
    with pytest.raises(event.CommandError, match="No notification"):        # what came before is not for watchers
        next(event.messages(broker.for_kombu(url), "nova", TOPIC, 0.5))


def test_a_broker_that_is_away_is_an_error(notifier):
    sender = notifier("rabbit://nova:wrong@127.0.0.1:1/")
    with pytest.raises(exceptions.ServiceUnavailable):
        sender.send(RequestContext(overwrite=False), message(1))
