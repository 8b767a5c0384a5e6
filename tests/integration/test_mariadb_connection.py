"""nova_lite.db.mariadb_connection on a real server: when transactions begin and end, and what is sent for that."""
import time

import pytest
import sqlalchemy as sa

from nova_lite import conf, exceptions
from nova_lite.conf import CONF
from nova_lite.db import session
from tests.integration.deployment import required

pytestmark = pytest.mark.integration
numbers = sa.table("test_numbers", sa.column("n"))


@pytest.fixture
def database(monkeypatch):
    """The ``session`` module on MariaDB, with the table ``numbers``."""
    conf.load(files=[])
    CONF.set_override("connection", required("NOVA_LITE_TEST_MARIADB_URL"), group="database")
    session.dispose()
    with session.reader() as connection:
        connection.exec_driver_sql("CREATE OR REPLACE TABLE test_numbers (n INT PRIMARY KEY) ENGINE=InnoDB")
    yield session
    with session.reader() as connection:
        connection.exec_driver_sql("DROP TABLE test_numbers")
    session.dispose()
    CONF.reset()


def told(connection) -> dict[str, int]:
    """How often the session was sent these."""
    rows = connection.exec_driver_sql(
        "SHOW SESSION STATUS WHERE Variable_name IN ('Com_begin', 'Com_commit', 'Com_rollback', 'Com_select')")
    return {name: int(value) for name, value in rows}


def seen() -> list[int]:
    with session.reader() as connection:
        return list(connection.scalars(sa.select(numbers.c.n).order_by(numbers.c.n)))


def test_who_reads_begins_nothing_and_rolls_nothing_back(database):
    with database.reader() as connection:
        before, driver = told(connection), connection.connection.driver_connection
    for _ in range(3):
        seen()
    with database.reader() as connection:
        assert connection.connection.driver_connection is driver        # the last one used is the next one
        after = told(connection)
        settings = dict(connection.exec_driver_sql(                     # its name changes with MariaDB 11.1
            "SHOW VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation')").all())
        assert settings and set(settings.values()) == {"READ-COMMITTED"}
        assert connection.exec_driver_sql("SELECT @@autocommit").scalar() == 1
    assert {name: after[name] - before[name] for name in after} == {
        "Com_begin": 0, "Com_commit": 0, "Com_rollback": 0, "Com_select": 3}


def test_who_writes_is_in_a_transaction_that_is_all_or_nothing(database):
    with database.writer() as connection:
        connection.execute(numbers.insert(), [{"n": 1}, {"n": 2}])
        counts = told(connection)
        assert seen() == []                                             # nobody else sees it yet
        connection.execute(numbers.insert(), [{"n": 3}])
        assert told(connection)["Com_begin"] == counts["Com_begin"]
    assert seen() == [1, 2, 3]
    with pytest.raises(ZeroDivisionError), database.writer() as connection:
        connection.execute(numbers.delete())
        assert not connection.scalar(sa.select(sa.func.count()).select_from(numbers))
        raise ZeroDivisionError
    assert seen() == [1, 2, 3]
    with database.writer() as connection, pytest.raises(ZeroDivisionError), connection.begin_nested():
        connection.execute(numbers.delete())
        raise ZeroDivisionError
    assert seen() == [1, 2, 3]


def test_a_transaction_of_nothing(database):
    with database.writer():
        pass
    with pytest.raises(ZeroDivisionError), database.writer():
        raise ZeroDivisionError
    with database.reader() as connection:                               # none was left open for whoever comes next
        connection.execute(numbers.insert(), [{"n": 1}])
    with database.reader() as connection:
        connection.connection.driver_connection.rollback()
    assert seen() == [1]


def test_a_first_statement_that_fails(database):
    with pytest.raises(exceptions.ServiceUnavailable), database.writer() as connection:
        connection.exec_driver_sql("SELECT nothing")
    with database.writer() as connection:
        connection.execute(numbers.insert(), [{"n": 7}])
    assert seen() == [7]


def test_a_connection_that_died_before_its_transaction_began_is_made_anew(database):
    with database.reader() as connection:
        id_ = connection.connection.driver_connection.thread_id()
    with session.create_engine(str(required("NOVA_LITE_TEST_MARIADB_URL"))).connect() as other:
        other.exec_driver_sql(f"KILL {id_}")
    time.sleep(0.1)

    @session.transaction
    def insert(connection):
        connection.execute(numbers.insert(), [{"n": 1}])
    insert()
    assert seen() == [1]


def test_the_kernel_ends_what_is_waited_for_too_long(database):
    CONF.set_override("answer_timeout", 1, group="database")
    session.dispose()
    for use in (session.reader, session.writer):
        began = time.monotonic()
        with pytest.raises(exceptions.ConnectionLost), use() as connection:
            connection.exec_driver_sql("SELECT SLEEP(20)")
        assert time.monotonic() - began < 15
    assert seen() == []
