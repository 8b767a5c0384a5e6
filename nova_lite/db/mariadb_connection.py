"""A connection of PyMySQL's that asks less of the kernel and of the server.

Results are read as ``db.mariadb_result`` does.  The kernel keeps the timeouts: with Python's own each read and each
write is two system calls.  And a transaction's BEGIN goes out with its first statement, so that what only reads needs
none, and no ROLLBACK either: the connection is in autocommit mode.
"""
import io
import socket
import struct

import pymysql
import sqlalchemy as sa
from pymysql.connections import Connection as DriverConnection
from pymysql.constants import COMMAND, SERVER_STATUS

from nova_lite.db.mariadb_result import Result

BUFFER = 64 << 10           # bytes: the descriptions of 800 columns, and a long list in an eighth of the reads
_BEGIN = b"BEGIN"
_BEGIN_PACKET = struct.pack("<IB", len(_BEGIN) + 1, COMMAND.COM_QUERY) + _BEGIN


def watch(engine: sa.Engine, isolation: str) -> None:
    """From now on the engine's connections are such, and begin a transaction where the option ``writer`` is set.

    The engine itself must not know of the level of ``isolation``: it would turn autocommit off.
    """
    known: dict[bytes, tuple] = {}

    def connect(_dialect, _record, arguments, options):
        connection = Connection(*arguments, known=known, **options)
        connection.query(f"SET SESSION TRANSACTION ISOLATION LEVEL {isolation}")
        return connection

    def begin(connection):
        if connection.get_execution_options().get("writer"):
            connection.connection.dbapi_connection.begin_with_next()
    sa.event.listen(engine, "do_connect", connect)
    sa.event.listen(engine, "begin", begin)


class Connection(DriverConnection):
    """Those that share ``known``, the descriptions of results, have the same ``charset`` and ``conv``."""

    def __init__(self, *arguments, known: dict[bytes, tuple], read_timeout=None, write_timeout=None, **options):
        """The timeouts: seconds; None: for ever."""
        self.known = known
        self._limits = {socket.SO_RCVTIMEO: read_timeout, socket.SO_SNDTIMEO: write_timeout}
        self._begins, self._ahead = False, b""
        super().__init__(*arguments, read_timeout=read_timeout, write_timeout=write_timeout, **options)

    def connect(self, sock=None):
        """Until it has signed in Python's timeouts do."""
        self._read_timeout, self._write_timeout = self._limits.values()
        super().connect(sock)
        self._read_timeout = self._write_timeout = self._current_timeout = None
        self._sock.settimeout(None)
        for option, seconds in self._limits.items():
            if seconds is not None:
                self._sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", int(seconds),
                                                                             int(seconds % 1 * 1_000_000)))
        self._rfile.close()                         # nothing is left in it: all that was asked is answered
        self._rfile = io.BufferedReader(_Stream(self._sock), BUFFER)

    def begin_with_next(self) -> None:
        """The next statement is the first of a transaction."""
        self._begins = True

    def commit(self):
        """Of a transaction in which nothing was done there is nothing to tell the server."""
        if self._begins:
            self._begins = False
        else:
            super().commit()

    def rollback(self):
        """The server tells with each answer whether a transaction is open; SQLAlchemy does not ask."""
        if not self._begins and self.server_status & SERVER_STATUS.SERVER_STATUS_IN_TRANS:
            super().rollback()
        self._begins = False

    def _execute_command(self, command, sql):
        if not self._begins:
            super()._execute_command(command, sql)
            return
        self._begins, self._ahead = False, _BEGIN_PACKET
        super()._execute_command(command, sql)
        try:
            self._read_ok_packet()
        except pymysql.Error:
            self._force_close()                     # whose answer the next one is nobody knows
            raise
        self._next_seq_id = 1

    def _write_bytes(self, data):
        ahead, self._ahead = self._ahead, b""
        super()._write_bytes(ahead + data)

    def _read_query_result(self, unbuffered=False):
        """As the driver's, which says itself what class a result is of."""
        self._result = None
        result = Result(self)
        if unbuffered:
            result.init_unbuffered_query()
        else:
            result.read()
        self._result = result
        if result.server_status is not None:
            self.server_status = result.server_status
        return result.affected_rows


class _Stream(io.RawIOBase):
    """What comes from a socket; raises BlockingIOError when the kernel has waited long enough."""

    def __init__(self, sock: socket.socket):
        self._receive = sock.recv_into

    def readable(self):
        return True

    def readinto(self, buffer):
        return self._receive(buffer)
