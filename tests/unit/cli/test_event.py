"""``event watch``: which broker, what is shown; the messages come from kombu's in-memory transport."""
import json

import kombu
import pytest

from nova_lite.cli import broker, event
from nova_lite.cli.errors import CommandError

URL = "memory://"


def notification(event_type="instance.create.end", **data):
    return {"message_id": "m1", "event_type": event_type, "priority": "INFO", "publisher_id": "nova-compute:h1",
            "timestamp": "2026-01-02 03:04:05.678901",
            "payload": {"nova_object.data": {"uuid": "u1", "display_name": "web1", "state": "active",
                                             "task_state": None, **data}}}


@pytest.fixture
def publish():
    """publish(message) as oslo.messaging's driver does it."""
    with kombu.Connection(URL) as connection:
        exchange = kombu.Exchange("nova", type="topic", durable=False)(connection.channel())
        exchange.declare()
        producer = connection.Producer()

        def send(message, topic="versioned_notifications"):
            producer.publish({"oslo.version": "2.0", "oslo.message": json.dumps(message)}, exchange=exchange,
                             routing_key=f"{topic}.{message['priority'].lower()}")
        yield send


@pytest.fixture
def watching(monkeypatch, publish):
    """watching(*messages): they are sent once somebody watches."""
    def arrange(*found):
        monkeypatch.setattr(event.WatchEvents, "ready", lambda self: [publish(message) for message in found])
    return arrange


def test_a_line_each(run, watching):
    watching(notification(), notification("instance.delete.start", task_state="deleting"))
    code, out, err = run("event", "watch", "--broker", URL, "--count", "2", "--timeout", "10", cloud=None)
    assert code == 0, err
    assert out.splitlines() == [
        "03:04:05.678  INFO   instance.create.end  web1 (u1)  active  nova-compute:h1",
        "03:04:05.678  INFO   instance.delete.start  web1 (u1)  active/deleting  nova-compute:h1"]


def test_whole_messages_as_json(run, watching):
    watching(notification())
    code, out, _ = run("event", "watch", "--broker", URL, "--count", "1", "-f", "json", "--timeout", "10", cloud=None)
    assert code == 0 and json.loads(out) == notification()


def test_only_one_server_and_only_some_types(run, watching):
    watching(notification(display_name="other", uuid="u2"), notification("instance.delete.start"), notification())
    code, out, _ = run("event", "watch", "--broker", URL, "--count", "1", "--server", "web1", "--type",
                       "instance.create.*", "--timeout", "10", cloud=None)
    assert code == 0 and "instance.create.end  web1" in out and len(out.splitlines()) == 1


def test_nothing_came(run, watching):
    watching()
    code, _, err = run("event", "watch", "--broker", URL, "--timeout", "0.01", cloud=None)
    assert code == 1 and "No notification within 0.01 s" in err


def test_a_broker_that_is_not_there(run):
    code, _, err = run("event", "watch", "--broker", "rabbit://nova:secret@127.0.0.1:1/", cloud=None)
    assert code == 1 and "127.0.0.1:1" in err and "secret" not in err and len(err.splitlines()) == 1


@pytest.mark.parametrize("given, expected", [
    ("rabbit://nova:pw@h1:5672/", "amqp://nova:pw@h1:5672//"),
    ("rabbit://nova:pw@h1:5672/cloud", "amqp://nova:pw@h1:5672/cloud"),
    ("rabbit://a:b@h1:1,c:d@h2:2/v", "amqp://a:b@h1:1/v;amqp://c:d@h2:2/v"), ("memory://", "memory://")])
def test_urls_of_oslo_messaging(given, expected):
    assert broker.for_kombu(given) == expected


def test_where_the_broker_is_read(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(broker, "FILES", ("~/nova_lite.conf",))
    with pytest.raises(CommandError, match="Which broker"):
        broker.url(None, None)
    (tmp_path / "nova_lite.conf").write_text("[DEFAULT]\ntransport_url = rabbit://a:%41@h/\n[api]\nport = 1\n")
    assert broker.url(None, None) == "amqp://a:%41@h//"
    with pytest.raises(CommandError, match="no such file"):
        broker.url(None, str(tmp_path / "none.conf"))
    monkeypatch.setenv(broker.ENVIRONMENT, "rabbit://e@h/")
    assert broker.url(None, None) == "amqp://e@h//"
    assert broker.url("rabbit://g@h/", None) == "amqp://g@h//"


def test_a_fault_is_told():
    message = notification("instance.create.error", fault={"nova_object.data": {"exception_message": "broken"}})
    assert event.line(message).endswith("nova-compute:h1  broken")


def test_an_unversioned_one_is_told_in_the_same_words():
    message = {"event_type": "compute.instance.create.error", "priority": "ERROR", "publisher_id": "compute.h1",
               "timestamp": "2026-01-01 12:00:01.123456", "payload": {
                   "instance_id": "7f1f", "display_name": "web1", "state": "building", "state_description": "spawning",
                   "message": "broken"}}
    assert event.line(message).split("  ") == [
        "12:00:01.123", "ERROR", "compute.instance.create.error", "web1 (7f1f)", "building/spawning", "compute.h1",
        "broken"]
    assert event.wanted(message, "web1", []) and event.wanted(message, "7f1f", ["compute.*"])
    assert not event.wanted(message, "web2", [])
    ended = {**message, "event_type": "compute.instance.create.end"}
    assert event.line({**ended, "payload": {**message["payload"], "message": "Success"}}).endswith("compute.h1")
