"""/healthcheck: codes, forms, and how often a check is made."""
import json
import threading

import pytest
import webob

from nova_lite import exceptions, health, rpc
from nova_lite.conf import CONF
from nova_lite.db import probe


@pytest.fixture(autouse=True)
def all_is_well(monkeypatch):
    monkeypatch.setattr(probe, "ping", lambda: None)
    monkeypatch.setattr(rpc, "check", lambda: None)
    monkeypatch.setattr(probe, "heartbeat_ages", lambda: {"nova-conductor": 3.2})


def away(*_args):
    raise exceptions.ServiceUnavailable("it is away")


def ask(app, accept="text/plain"):
    return webob.Request.blank("/healthcheck", headers={"Accept": accept}).get_response(app)


def test_plain_and_json_tell_the_same():
    app = health.make_app([health.DATABASE, health.BROKER, health.SERVICES])
    plain, told = ask(app), ask(app, "application/json")
    assert (plain.status_int, told.status_int) == (200, 200)
    assert plain.text.splitlines() == json.loads(told.text)["reasons"]
    assert [line.split(":")[0] for line in plain.text.splitlines()] == ["database", "broker", "heartbeats"]
    assert "nova-conductor 3 s ago" in plain.text


@pytest.mark.parametrize(("checks", "waits", "code"), [
    ([health.BROKER], False, 503), ([health.BROKER], True, 200), ([health.DATABASE], True, 503)])
def test_what_is_away(monkeypatch, checks, waits, code):
    monkeypatch.setattr(probe, "ping", away)
    monkeypatch.setattr(rpc, "check", away)
    answer = ask(health.make_app(checks, waits_for_broker=waits))
    assert answer.status_int == code and "it is away" in answer.text


def test_a_heartbeat_that_is_too_old(monkeypatch):
    pulse = health.Pulse()
    assert ask(health.make_app([health.HEARTBEAT], pulse=pulse)).status_int == 200
    monkeypatch.setattr(pulse, "age", lambda: CONF.service_down_time + 1.0)
    assert ask(health.make_app([health.HEARTBEAT], pulse=pulse)).status_int == 503


def test_a_check_is_made_by_one_however_many_ask(monkeypatch):
    made, hanging, release = [], threading.Event(), threading.Event()

    def check():
        made.append(1)
        if len(made) > 1:
            hanging.set()
            assert release.wait(30)
    monkeypatch.setattr(rpc, "check", check)
    CONF.set_override("check_interval", 0, group="observability")
    try:
        app = health.make_app([health.BROKER])
        ask(app)
        slow = threading.Thread(target=ask, args=(app,))
        slow.start()
        assert hanging.wait(30)
        assert [ask(app).status_int for _ in range(5)] == [200] * 5, "they are told what was found last"
        assert len(made) == 2
    finally:
        release.set()
        slow.join(30)
        CONF.clear_override("check_interval", group="observability")
