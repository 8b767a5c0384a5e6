"""What a cloud spends while something is measured: messages, statements, commits, rows, CPU seconds, memory."""
import contextlib
import dataclasses
import time
from collections.abc import Iterator

import psutil
import sqlalchemy as sa

from tests.integration.observers import total

COUNTS = ("messages", "statements", "commits", "rows_read")
# Messages that nobody's request made.
_BY_THE_CLOCK = ("heartbeat", "confirm_heartbeat")
# Rows that the server has looked at in this database, those that it then left out too.
_ROWS_READ = {"mysql": "SELECT COALESCE(SUM(ROWS_READ), 0) FROM information_schema.TABLE_STATISTICS "
                       "WHERE TABLE_SCHEMA = DATABASE() HAVING @@userstat",
              "postgresql": "SELECT tup_returned + tup_fetched FROM pg_stat_database "
                            "WHERE datname = current_database()"}
STATISTICS_LAG = 1.2        # seconds until PostgreSQL's sessions have told their counts


@dataclasses.dataclass
class Cost:
    """Of a block: ``counts`` by COUNTS (without rows_read where the database does not tell), those of the ``embedded``
    services apart; ``cpu``: seconds by service, ``broker`` and ``database``; ``seconds`` by the clock."""

    counts: dict[str, float] = dataclasses.field(default_factory=dict)
    embedded: dict[str, float] = dataclasses.field(default_factory=dict)
    cpu: dict[str, float] = dataclasses.field(default_factory=dict)
    seconds: float = 0.0

    def per(self, units: int) -> dict[str, float]:
        """The counts of one of so many units."""
        return {name: round(value / units, 2) for name, value in self.counts.items()}

    @property
    def cpu_seconds(self) -> float:
        return sum(self.cpu.values())


class Meter:
    """Of a deployment; ``servers``: pids of what it uses besides (``broker``, ``database``), their children too."""

    def __init__(self, deployment, observers, servers: dict[str, list[int]]):
        self._deployment, self._observers, self._servers = deployment, observers, servers
        self._engine = sa.create_engine(deployment.database_url, poolclass=sa.NullPool)
        self._statement = _ROWS_READ.get(self._engine.dialect.name)
        if self._engine.dialect.name == "mysql":
            with contextlib.suppress(sa.exc.DBAPIError), self._engine.connect() as connection:
                connection.exec_driver_sql("SET GLOBAL userstat = 1")       # MariaDB counts by table then

    @contextlib.contextmanager
    def measured(self) -> Iterator[Cost]:
        """The cost is known after the block."""
        cost, before, cpu, began = Cost(), self._counted(), self._cpu(), time.perf_counter()
        yield cost
        cost.seconds = time.perf_counter() - began
        after, spent = self._counted(), self._cpu()
        difference = {name: after[name] - before[name] for name in after}
        cost.counts = {name: difference[name] for name in COUNTS if name in difference}
        cost.embedded = {name: difference[f"embedded {name}"] for name in ("statements", "commits")}
        cost.cpu = {name: round(spent[name] - cpu.get(name, 0.0), 3) for name in spent}

    def memory(self) -> float:
        """MiB: the proportional share (PSS) of the deployment's own processes."""
        return sum(self.memory_by_service().values())

    def memory_by_service(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for process in self._own():
            name = self._service(process)
            found[name] = found.get(name, 0.0) + process.memory_full_info().pss / (1 << 20)
        return found

    def held(self) -> dict[str, float]:
        """``memory``, and the open ``descriptors`` and TCP ``connections`` of all of the deployment's own processes."""
        own = self._own()
        return {"memory": self.memory(), "descriptors": sum(process.num_fds() for process in own),
                "connections": sum(one.status == psutil.CONN_ESTABLISHED for process in own
                                   for one in process.net_connections("tcp"))}

    def _counted(self) -> dict[str, float]:
        if self._engine.dialect.name == "postgresql":
            time.sleep(STATISTICS_LAG)
        everything, embedded = self._observers.everywhere(), self._observers.of("embedded")
        found = {f"embedded {name}": _database(embedded)[name] for name in ("statements", "commits")}
        for name, value in _database(everything).items():
            found[name] = value - found[f"embedded {name}"]
        found["messages"] = _messages(everything)
        if self._statement:
            with self._engine.connect() as connection:
                if (read := connection.exec_driver_sql(self._statement).scalar()) is not None:
                    found["rows_read"] = float(read)
        return found

    def _own(self) -> list[psutil.Process]:
        return [psutil.Process(self._deployment.supervisor.pid), *self._deployment.processes()]

    def _service(self, process: psutil.Process) -> str:
        if process.pid == self._deployment.supervisor.pid:
            return "supervisor"
        return " ".join(process.cmdline()).removeprefix("nova-lite: ").split()[0].split("-")[0]

    def _cpu(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for process in self._own():
            with contextlib.suppress(psutil.NoSuchProcess):
                service = self._service(process)
                found[service] = found.get(service, 0.0) + sum(process.cpu_times()[:2])
        for name, pids in self._servers.items():
            family = [other for pid in pids for process in [psutil.Process(pid)]
                      for other in (process, *process.children(recursive=True))]
            found[name] = sum(sum(process.cpu_times()[:2]) for process in family)
        return found


def _database(text: str) -> dict[str, float]:
    return {"statements": total(text, "nova_lite_sql_statements_total", of="request"),
            "commits": total(text, "nova_lite_sql_transactions_total", of="request", outcome="committed")}


def _messages(text: str) -> float:
    """A call is two: it is answered."""
    sent = {kind: total(text, "nova_lite_rpc_messages_total", kind=kind) - sum(
        total(text, "nova_lite_rpc_messages_total", kind=kind, method=method) for method in _BY_THE_CLOCK)
        for kind in ("cast", "call")}
    return sent["cast"] + 2 * sent["call"]
