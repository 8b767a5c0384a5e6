"""What of a transaction's end is sent to the server."""
import pytest

from nova_lite.db import mariadb_connection
from nova_lite.db.mariadb_connection import Connection, DriverConnection

IN_TRANSACTION, AUTOCOMMIT = 1, 2           # of the protocol's status


@pytest.fixture
def connection(monkeypatch):
    """A connection that is not made; ``sent``: what came to the server, in whose packets."""
    found = Connection.__new__(Connection)
    found._begins, found._ahead, found.server_status, found.sent = False, b"", AUTOCOMMIT, []
    for name in ("commit", "rollback"):
        monkeypatch.setattr(DriverConnection, name, lambda self, name=name: self._execute_command(3, name))
    monkeypatch.setattr(DriverConnection, "_execute_command",
                        lambda self, command, sql: self._write_bytes(f"{command} {sql}".encode()))
    monkeypatch.setattr(DriverConnection, "_write_bytes", lambda self, data: found.sent.append(data))
    monkeypatch.setattr(DriverConnection, "_read_ok_packet", lambda self: found.sent.append("read"))
    return found


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_transaction_in_which_nothing_was_done_is_not_told(connection, end):
    connection.begin_with_next()
    getattr(connection, end)()
    assert connection.sent == []
    connection._execute_command(3, "SELECT 1")
    assert connection.sent == [b"3 SELECT 1"]


def test_a_transaction_begins_in_the_packet_of_its_first_statement(connection):
    connection.begin_with_next()
    connection._execute_command(3, "UPDATE")
    connection._execute_command(3, "SELECT")
    assert connection.sent == [mariadb_connection._BEGIN_PACKET + b"3 UPDATE", "read", b"3 SELECT"]
    assert mariadb_connection._BEGIN_PACKET == b"\x06\0\0\0\x03BEGIN"


@pytest.mark.parametrize(("status", "sent"), [(AUTOCOMMIT, []), (AUTOCOMMIT | IN_TRANSACTION, [b"3 rollback"])])
def test_only_an_open_transaction_is_rolled_back(connection, status, sent):
    connection.server_status = status
    connection.rollback()
    assert connection.sent == sent


def test_a_begin_that_fails_leaves_no_connection_behind(connection, monkeypatch):
    def fail(self):
        raise mariadb_connection.pymysql.err.OperationalError(1053, "shutdown")
    closed = []
    monkeypatch.setattr(DriverConnection, "_read_ok_packet", fail)
    monkeypatch.setattr(DriverConnection, "_force_close", lambda self: closed.append(True))
    connection.begin_with_next()
    with pytest.raises(mariadb_connection.pymysql.err.OperationalError):
        connection._execute_command(3, "UPDATE")
    assert closed == [True]
