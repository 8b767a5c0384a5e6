"""Database servers of our own on the loopback address: MariaDB and PostgreSQL, data in a directory given.

They never touch the clusters that Debian's packages made.
"""
import dataclasses
import os
import pathlib
import shutil
import signal
import subprocess

from tools.stack import ports, process
from tools.stack.errors import StackError

DATABASE = USER = "nova_lite"


@dataclasses.dataclass(frozen=True)
class DatabaseServer:
    """Common part; ``directory`` holds the data, ``run_dir`` and ``log_dir`` records and logs."""

    directory: pathlib.Path
    run_dir: pathlib.Path
    log_dir: pathlib.Path
    port: int
    password: str

    NAME = ACCOUNT = ""
    STOP = signal.SIGTERM

    def running(self) -> bool:
        return self._daemon.pid() is not None

    def start(self) -> None:
        """Make the data on the first start, start the server, make user and database; wait until it
        serves.  Raises StackError."""
        if self.running():
            return
        ports.demand_free(self.port, self.NAME)
        self._directory()
        self._initialise()
        self._daemon.start(self._command(), user=self.ACCOUNT, cwd=self.directory)
        self._wait()
        self._make_user()
        self.make_database(DATABASE)

    def make_database(self, name: str) -> None:
        """Unless there is one of that name.  Raises StackError."""
        raise NotImplementedError

    def stop(self) -> bool:
        return self._daemon.stop(order=self.STOP)

    @property
    def _daemon(self):
        return process.Daemon(self.NAME.lower(), self.run_dir, self.log_dir / f"{self.NAME.lower()}.log")

    def _directory(self):
        self.directory.mkdir(parents=True, exist_ok=True)
        shutil.chown(self.directory, self.ACCOUNT, self.ACCOUNT)
        self.directory.chmod(0o700)

    def _wait(self):
        process.wait_until(lambda: ports.answers(self.port) or not self._daemon.pid(), 60)
        if not (self._daemon.pid() and ports.answers(self.port)):
            raise StackError(f"{self.NAME} did not start", self._daemon.log)

    def _run(self, argv, what, **options):
        process.run(argv, log=self._daemon.log, what=what, cwd=self.directory, **options)


class MariaDB(DatabaseServer):
    NAME, ACCOUNT = "MariaDB", "mysql"

    @property
    def url(self) -> str:
        return f"mysql+pymysql://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def _data(self):
        return self.directory / "data"

    @property
    def _socket(self):
        return self.directory / "server.sock"

    def _initialise(self):
        if (self._data / "mysql" / "global_priv.frm").exists():
            return
        shutil.rmtree(self._data, ignore_errors=True)           # of a first start that died
        self._run(["mariadb-install-db", "--no-defaults", f"--user={self.ACCOUNT}", f"--datadir={self._data}",
                   "--auth-root-authentication-method=socket", "--auth-root-socket-user=root",
                   "--skip-test-db"], "making MariaDB's data directory")

    def _command(self):
        return ["mariadbd", "--no-defaults", f"--datadir={self._data}", "--bind-address=127.0.0.1",
                f"--port={self.port}", f"--socket={self._socket}", f"--pid-file={self.directory / 'server.pid'}",
                "--max-connections=600", "--skip-name-resolve", "--innodb-buffer-pool-size=64M",
                "--performance-schema=OFF"]

    def _make_user(self):
        self._execute(f"CREATE USER IF NOT EXISTS '{USER}'@'127.0.0.1';"
                      f"ALTER USER '{USER}'@'127.0.0.1' IDENTIFIED BY '{self.password}';"
                      f"GRANT ALL ON *.* TO '{USER}'@'127.0.0.1';")

    def make_database(self, name):
        self._execute(f"CREATE DATABASE IF NOT EXISTS {name} CHARACTER SET utf8mb4;")

    def _execute(self, statements):
        client = ["mariadb", "--no-defaults", f"--socket={self._socket}", "--user=root"]
        result = subprocess.run(client, input=statements, text=True, capture_output=True)
        if result.returncode:
            raise StackError(f"MariaDB refused {statements.split(';')[0]}: {result.stderr.strip()}", self._daemon.log)


class PostgreSQL(DatabaseServer):
    NAME, ACCOUNT = "PostgreSQL", "postgres"
    STOP = signal.SIGINT            # SIGTERM would wait for clients to leave

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def _data(self):
        return self.directory / "data"

    def _initialise(self):
        if (self._data / "global" / "pg_control").exists():
            return
        shutil.rmtree(self._data, ignore_errors=True)
        password_file = self.directory / "password"
        password_file.write_text(self.password + "\n")
        password_file.chmod(0o600)
        shutil.chown(password_file, self.ACCOUNT)
        self._run([self._binary("initdb"), "-D", self._data, "-U", USER, f"--pwfile={password_file}",
                   "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"],
                  "making PostgreSQL's data directory", user=self.ACCOUNT, group=self.ACCOUNT, extra_groups=[])
        password_file.unlink()

    def _command(self):
        return [self._binary("postgres"), "-D", self._data, "-h", "127.0.0.1", "-p", str(self.port),
                "-k", self.directory, "-c", "max_connections=300", "-c", "shared_buffers=64MB"]

    def _wait(self):
        super()._wait()
        # it accepts connections a little before it takes statements
        if not process.wait_until(lambda: self._psql("SELECT 1", database="postgres").returncode == 0, 30):
            raise StackError("PostgreSQL takes no statements", self._daemon.log)

    def _make_user(self):
        pass                            # initdb made it

    def make_database(self, name):
        # a constant of ours
        query = f"SELECT 1 FROM pg_database WHERE datname = '{name}'"       # nosec B608
        found = self._psql(query, database="postgres")
        if found.stdout.strip() == "1":
            return
        made = self._psql(f"CREATE DATABASE {name}", database="postgres")
        if made.returncode:
            raise StackError(f"PostgreSQL refused to make the database: {made.stderr.strip()}", self._daemon.log)

    def _psql(self, statement, database):
        command = [self._binary("psql"), "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", database,
                   "-X", "-A", "-t", "-c", statement]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env={**os.environ, "PGPASSWORD": self.password})

    @staticmethod
    def _binary(name: str) -> pathlib.Path:
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
                       key=lambda path: float(path.parts[4]))
        if not found:
            raise StackError(f"PostgreSQL's {name} is missing: apt-get install postgresql")
        return found[-1]
