"""Transactions on each real database: deadlocks, serialisation failures, dead connections, lost commits, races."""
import threading

import pytest
import sqlalchemy as sa

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.db import idempotency, pooled, session
from nova_lite.models.idempotency import FirstOutcome, IdempotencyKey
from tests.chaos.proxy import Proxy
from tests.integration.deployment import required

pytestmark = pytest.mark.integration
metadata = sa.MetaData()
counters = sa.Table("test_counters", metadata, sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
                    sa.Column("value", sa.Integer, nullable=False))


@pytest.fixture(params=["mariadb", "postgresql"])
def proxy(request):
    """Before the database that ``session`` uses, with two counters at 0 in it."""
    url = sa.make_url(required(f"NOVA_LITE_TEST_{request.param.upper()}_URL"))
    with Proxy(url.port) as found:
        CONF.set_override("connection", url.set(port=found.port).render_as_string(hide_password=False), "database")
        session.dispose()
        tables = [counters, idempotency.table]
        for table in tables:
            table.drop(session.get_engine(), checkfirst=True)
            table.create(session.get_engine())
        with session.writer() as connection:
            connection.execute(counters.insert(), [{"id": 1, "value": 0}, {"id": 2, "value": 0}])
        yield found
        found.cut_commits("", 0)
        for table in tables:
            table.drop(session.get_engine())
        session.dispose()
        CONF.clear_override("connection", "database")


def add(connection, number):
    connection.execute(counters.update().where(counters.c.id == number).values(value=counters.c.value + 1))


def values():
    with session.reader() as connection:
        return list(connection.execute(sa.select(counters.c.value).order_by(counters.c.id)).scalars())


def together(*functions):
    """Run them at the same time; what they raised."""
    errors = []

    def run(function):
        try:
            function()
        except Exception as error:
            errors.append(error)
    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


def test_a_deadlock_is_tried_again(proxy):
    meeting, runs = threading.Barrier(2), []

    @session.transaction
    def both(connection, first, second):
        runs.append(first)
        add(connection, first)
        if runs.count(first) == 1:
            meeting.wait(30)
        add(connection, second)
    assert together(lambda: both(1, 2), lambda: both(2, 1)) == []
    assert values() == [2, 2] and len(runs) == 3


def test_a_serialisation_failure_is_tried_again(proxy):
    if session.get_engine().dialect.name != "postgresql":
        pytest.skip("MariaDB answers these with a deadlock")
    meeting, runs = threading.Barrier(2), []

    @session.transaction
    def count(connection):
        runs.append(1)
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        value = connection.scalar(sa.select(counters.c.value).where(counters.c.id == 1))
        if len(runs) <= 2:
            meeting.wait(30)
        connection.execute(counters.update().where(counters.c.id == 1).values(value=value + 1))
    assert together(count, count) == []
    assert values() == [2, 0] and len(runs) == 3


def test_connections_that_died_in_the_pool_are_not_met(proxy, monkeypatch):
    monkeypatch.setattr(pooled, "PING_AFTER", 0)        # as if they had rested so long
    meeting = threading.Barrier(5)

    def read():
        with session.reader() as connection:
            connection.execute(sa.select(counters))
            meeting.wait(30)
    assert together(*[read] * 5) == []                  # five connections in the pool
    proxy.cut_all()
    assert together(*[read] * 5) == []


def test_a_connection_that_dies_before_the_commit_costs_nothing(proxy):
    runs = []

    @session.transaction
    def count(connection):
        runs.append(1)
        add(connection, 1)
        if len(runs) == 1:
            proxy.cut_all()
        add(connection, 2)
    count()
    assert values() == [1, 1] and len(runs) == 2


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_commit_that_is_not_answered_is_unknown(proxy, when):
    @session.transaction
    def count(connection):
        add(connection, 1)
    proxy.cut_commits(when)
    with pytest.raises(exceptions.OutcomeUnknown):
        count()
    assert values() == [1 if when == "after" else 0, 0]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_commit_that_is_not_answered_is_found_out(proxy, when):
    def done(connection, number):
        return connection.scalar(sa.select(counters.c.id).where(counters.c.id == number))

    @session.transaction(done=done)
    def insert(connection, number):
        connection.execute(counters.insert().values(id=number, value=0))
        return number
    proxy.cut_commits(when)
    assert insert(3) == 3 and values() == [0, 0, 0]
    proxy.cut_commits(when, 3)
    assert insert(4) == 4 and values() == [0, 0, 0, 0]


def test_a_database_that_is_away_is_a_503_and_its_return_is_seen_at_once(proxy):
    with proxy.away():
        with pytest.raises(exceptions.ServiceUnavailable), session.reader() as connection:
            connection.execute(sa.select(counters))
        with pytest.raises(exceptions.ServiceUnavailable):
            session.transaction(add)(1)
    session.transaction(add)(1)
    assert values() == [1, 0]


def test_of_requests_with_one_key_that_race_one_is_done(proxy):
    key, meeting, done = IdempotencyKey("k", ("p", "u"), b"r"), threading.Barrier(8), []

    @session.transaction
    def work(connection, number):
        meeting.wait(30)
        idempotency.remember(connection, key, FirstOutcome(str(number)))
        add(connection, 1)
        done.append(number)
    errors = together(*[lambda number=number: work(number) for number in range(8)])
    assert [type(error) for error in errors] == [exceptions.IdempotencyKeyInUse] * 7
    with session.reader() as connection:
        assert idempotency.find(connection, key).server == str(done[0])
    assert values() == [1, 0]
