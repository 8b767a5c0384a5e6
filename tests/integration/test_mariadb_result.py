"""Results as nova_lite.db.mariadb_result reads them, beside the plain driver's, on a real server."""
import socket

import pymysql
import pytest
import sqlalchemy as sa
from pymysql.constants import CLIENT

from nova_lite.db import mariadb_connection, mariadb_result, session
from tests.integration.deployment import required

pytestmark = pytest.mark.integration
COLUMNS = {
    "a_bool": ("BOOLEAN", [True, False]),
    "a_bit": ("BIT(9)", [b"\x01\x02", b"\x00\x00"]),
    "a_tiny": ("TINYINT UNSIGNED", [0, 255]),
    "a_big": ("BIGINT", [-2 ** 63, 2 ** 63 - 1]),
    "zeros": ("INT(6) ZEROFILL", [7, 0]),
    "a_year": ("YEAR", [2026, 1999]),
    "a_float": ("FLOAT", [0.5, -1e30]),
    "a_double": ("DOUBLE", [1e-300, 2.5]),
    "a_decimal": ("DECIMAL(30, 10)", ["12345678901234567890.0123456789", "-0.5"]),
    "a_date": ("DATE", ["2026-11-28", "0000-00-00"]),
    "a_time": ("TIME(6)", ["-100:00:00.000001", "23:59:59"]),
    "a_moment": ("DATETIME(6)", ["2026-11-28 19:43:29.123456", "0000-00-00 00:00:00"]),
    "a_stamp": ("TIMESTAMP", ["2026-11-28 19:43:29", "2026-01-02 00:00:00"]),
    "a_json": ("JSON", ['{"a": ["ü", null]}', "{}"]),
    "a_char": ("CHAR(5)", ["", "äöü"]),
    "a_text": ("VARCHAR(300)", ["x" * 250, "x" * 251]),
    "emoji": ("MEDIUMTEXT", ["\U0001f427" * 16500, "a\0b\\'"]),       # more than 64 KB: three bytes of length
    "latin": ("VARCHAR(10) CHARACTER SET latin1", ["é", ""]),
    "binaries": ("VARBINARY(70000)", [bytes(range(256)), b""]),
    "a_blob": ("LONGBLOB", [b"\xfb\xfc\xfd\xfe\xff" * 60000, b"\0"]),
    "choice": ("ENUM('one', 'zwölf')", ["zwölf", "one"]),
    "several": ("SET('a', 'b')", ["a,b", ""]),
}
STATEMENTS = [
    "SELECT * FROM test_results ORDER BY id",
    *(f"SELECT {name} FROM test_results ORDER BY id" for name in COLUMNS),
    "SELECT * FROM test_results WHERE id > 99",
    "SELECT a.*, b.* FROM test_results a JOIN test_results b ON a.id = b.id ORDER BY a.id",
    "SELECT COUNT(*), MAX(a_decimal), AVG(a_double), NULL, 'ü' AS `ö`, NOW() > 0, 1.50, x'fe', JSON_ARRAY(1) "
    "FROM test_results",
    "SELECT 1 UNION ALL SELECT NULL UNION ALL SELECT 300",
    "SHOW COLUMNS FROM test_results",
    "SELECT " + ", ".join(f"{n} AS a_rather_long_name_of_a_column_{n}" for n in range(700)),     # more than the buffer
    "UPDATE test_results SET a_big = a_big WHERE id = 1",
    "SELECT REPEAT('ab', 9 << 20)",             # a value of two packets
    "SELECT id, REPEAT('c', (1 << 24) - 10) FROM test_results",
]
ERRORS = ["SELECT nothing", "SELEC", "SELECT (SELECT id FROM test_results)", "INSERT INTO test_results (id) VALUES (1)",
          # found out after the first rows
          "SELECT id, (SELECT b.id FROM test_results b WHERE a.id = 2) FROM test_results a ORDER BY NULL"]


@pytest.fixture(scope="module")
def options():
    url = sa.make_url(required("NOVA_LITE_TEST_MARIADB_URL"))
    found = {"host": url.host, "port": url.port, "user": url.username, "password": url.password,
             "database": url.database, "charset": "utf8mb4", "autocommit": True,
             "init_command": "SET SESSION sql_mode = ''"}
    with pymysql.connect(**found) as connection, connection.cursor() as cursor:
        cursor.execute("SET GLOBAL max_allowed_packet = 1 << 26")
        cursor.execute("DROP TABLE IF EXISTS test_results")
        cursor.execute("CREATE TABLE test_results (id INT PRIMARY KEY, "
                       + ", ".join(f"{name} {kind} NULL" for name, (kind, _) in COLUMNS.items())
                       + ") CHARACTER SET utf8mb4")
        for number in range(2):
            cursor.execute(f"INSERT INTO test_results VALUES (%s{', %s' * len(COLUMNS)})",
                           [number + 1, *(values[number] for _, values in COLUMNS.values())])
        cursor.execute(f"INSERT INTO test_results VALUES (3{', NULL' * len(COLUMNS)})")
    yield found
    with pymysql.connect(**found) as connection, connection.cursor() as cursor:
        cursor.execute("DROP TABLE test_results")


@pytest.fixture(params=["utf8mb4", "latin1"])
def both(request, options):
    """(the plain driver's connection, one that remembers)."""
    given = {**options, "charset": request.param}
    with pymysql.connect(**given) as plain, mariadb_connection.Connection(known={}, **given) as ours:
        yield plain, ours


def answer(connection, statement):
    with connection.cursor() as cursor:
        try:
            count = cursor.execute(statement)
        except pymysql.Error as error:
            return type(error), error.args
        return count, cursor.rowcount, cursor.description, cursor.fetchall(), cursor.lastrowid


def test_answers_are_the_drivers_own_the_first_time_and_from_memory(both):
    plain, ours = both
    expected = {statement: answer(plain, statement) for statement in (*STATEMENTS, *ERRORS)}
    assert len(expected[STATEMENTS[0]][3]) == 3 and all(issubclass(expected[error][0], pymysql.Error)
                                                        for error in ERRORS)
    for _ in range(3):
        for statement, wanted in expected.items():
            found = answer(ours, statement)
            assert found == wanted, statement[:100]
            if len(wanted) > 2:
                assert [[*map(type, row)] for row in found[3]] == [[*map(type, row)] for row in wanted[3]]
    assert 0 < len(ours.known) <= len(STATEMENTS)


def test_a_column_that_changes_its_type_is_described_anew(both):
    plain, ours = both
    with plain.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE TABLE test_changing (a INT)")
        cursor.execute("INSERT INTO test_changing VALUES (5)")
        assert answer(ours, "SELECT a FROM test_changing") == answer(plain, "SELECT a FROM test_changing")
        cursor.execute("ALTER TABLE test_changing MODIFY a VARCHAR(5)")
        found = answer(ours, "SELECT a FROM test_changing")
        assert found == answer(plain, "SELECT a FROM test_changing") and found[3] == (("5",),)
        cursor.execute("DROP TABLE test_changing")


def test_no_more_is_remembered_than_has_room(options, monkeypatch):
    monkeypatch.setattr(mariadb_result, "_MOST", 5)
    with mariadb_connection.Connection(known={}, **options) as ours:
        for number in range(23):
            assert answer(ours, f"SELECT {number} AS c{number}")[3] == ((number,),)
            assert 0 < len(ours.known) <= 5


def test_several_results_of_a_statement_and_rows_one_by_one(options):
    given = {**options, "client_flag": CLIENT.MULTI_STATEMENTS}
    with pymysql.connect(**given) as plain, mariadb_connection.Connection(known={}, **given) as ours:
        for _ in range(2):
            for connection in (plain, ours):
                with connection.cursor() as cursor:
                    cursor.execute("SELECT id, a_text FROM test_results; SELECT 1 AS one; UPDATE test_results SET "
                                   "a_big = 1 WHERE id = 99; SELECT 2 AS two")
                    found = [cursor.fetchall()]
                    while cursor.nextset():
                        found.append(cursor.fetchall())
                    assert [len(rows) for rows in found] == [3, 1, 0, 1] and found[-1] == ((2,),)
                with connection.cursor(pymysql.cursors.SSCursor) as cursor:
                    cursor.execute("SELECT id FROM test_results ORDER BY id")
                    assert list(cursor) == [(1,), (2,), (3,)]


def test_a_connection_that_dies_while_it_answers_says_so(options):
    with pymysql.connect(**options) as plain:
        ours = mariadb_connection.Connection(known={}, **{**options, "read_timeout": 1})
        with ours.cursor() as cursor:
            cursor.execute("SELECT a_bool FROM test_results")
            with pytest.raises(pymysql.err.OperationalError, match="Lost connection"):
                cursor.execute("SELECT a_bool, SLEEP(2) FROM test_results")
        assert not ours.open
        ours = mariadb_connection.Connection(known={}, **options)
        plain.cursor().execute(f"KILL {ours.thread_id()}")
        with pytest.raises(pymysql.err.OperationalError):
            answer_or_raise(ours)


def test_a_connection_that_dies_before_the_description_says_so(options):
    class Dying:
        def __init__(self, file):
            self.file, self.read, self.close = file, file.read, file.close

        def peek(self):
            ours._sock.shutdown(socket.SHUT_RDWR)
            self.file.read()                        # what has come already
            raise ConnectionResetError
    ours = mariadb_connection.Connection(known={}, **options)
    ours._rfile = Dying(ours._rfile)
    with pytest.raises(pymysql.err.OperationalError, match="Lost connection"):
        answer_or_raise(ours)
    assert not ours.open


def answer_or_raise(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT a_bool FROM test_results")


def test_the_engines_connections_remember():
    engine = session.create_engine(required("NOVA_LITE_TEST_MARIADB_URL"))
    for _ in range(2):
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT 1 AS one, NULL AS none").all() == [(1, None)]
            driver = connection.connection.driver_connection
            assert isinstance(driver, mariadb_connection.Connection) and driver.known
    engine.dispose()
