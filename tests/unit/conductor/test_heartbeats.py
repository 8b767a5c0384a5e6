"""Heartbeats that are folded while the database is away."""
import pytest

from nova_lite import exceptions
from nova_lite.conductor.heartbeats import Heartbeats
from nova_lite.models import Order


def order(number: int, attempt: int = 1) -> Order:
    return Order(number, f"server-{number}", "build", "build_and_run_instance", attempt, "req-1")


@pytest.fixture
def database(monkeypatch):
    """What was written; away while it is told so."""
    class Database:
        def __init__(self):
            self.away, self.written = False, []

        def write(self, hosts, orders, metrics):
            if self.away:
                raise exceptions.ServiceUnavailable()
            self.written.append((hosts, orders, metrics))
            return []

    database = Database()
    monkeypatch.setattr(Heartbeats, "_write", staticmethod(database.write))
    return database


def test_nothing_is_lost_while_the_database_is_away(database):
    beats = Heartbeats()
    beats.take("host2", [order(2).to_dict()], {"cpu": 1.0})
    beats.take("host1", [order(1).to_dict()], {"cpu": 2.0})
    database.away = True
    for _ in range(2):
        with pytest.raises(exceptions.ServiceUnavailable):
            beats.flush()
    beats.take("host3", [], {})
    beats.take("host2", [order(2, attempt=2).to_dict()], {"cpu": 3.0})     # what is newer goes first
    database.away = False
    beats.flush()
    assert database.written == [(["host1", "host2", "host3"], [order(1), order(2, attempt=2)],
                                 {"host1": {"cpu": 2.0}, "host2": {"cpu": 3.0}})]
    beats.flush()
    assert len(database.written) == 1, "and it is handed in once"
