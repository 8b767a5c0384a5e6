"""Connections that leave the pool: who is asked whether it lives."""
import types

import pytest
import sqlalchemy as sa

from nova_lite.db import pooled


class Driver:
    class Error(Exception):
        pass


class Server:
    """A connection, and the dialect that pings it; ``asked`` is what came to the server."""

    name, loaded_dbapi = "mysql", Driver

    def __init__(self):
        self.alive, self.asked = True, []

    def do_ping(self, connection):
        self.asked.append("ping")
        if not self.alive:
            raise Driver.Error("gone")
        return True


@pytest.fixture
def clock(monkeypatch):
    found = types.SimpleNamespace(now=100.0)
    monkeypatch.setattr(pooled.time, "monotonic", lambda: found.now)
    return found


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def used(server, clock):
    """Rest for some seconds in the pool, then leave it."""
    record = types.SimpleNamespace(info={})

    def after(seconds):
        pooled._note(server, record)
        clock.now += seconds
        pooled._ping(server, server, record, None)
    return after


def test_a_new_connection_is_not_pinged(server, clock):
    pooled._ping(server, server, types.SimpleNamespace(info={}), None)
    assert server.asked == []


def test_only_a_connection_that_has_rested_is_pinged(server, used):
    used(pooled.PING_AFTER / 2)
    assert server.asked == []
    used(pooled.PING_AFTER)
    assert server.asked == ["ping"]


def test_a_dead_connection_takes_all_of_its_age_along(server, used):
    server.alive = False
    with pytest.raises(sa.exc.InvalidatePoolError):
        used(pooled.PING_AFTER)
