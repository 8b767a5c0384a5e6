"""The scheduler by itself, without a broker: decisions a second by number of hosts, and schedulers that race.

    python -m tools.bench.scheduling                                  # 100, 1,000 and 10,000 hosts
    python -m tools.bench.scheduling --hosts 100,10000 --requests 2000 --database postgresql

``choose``: filters and weighers alone, in memory.  With the claim in the database: ``alone``, one request after the
other; ``claim``, 16 at the same time; ``many``, one request for all servers.  ``race``: processes that schedule onto
hosts with fewer slots than servers; exit code 1 when a host was overcommitted, or a server that there was
no room for took more tries than [scheduler] claim_retries.
"""
import argparse
import collections
import contextlib
import json
import multiprocessing
import pathlib
import sys
import tempfile
import time
from concurrent import futures

import sqlalchemy as sa

from nova_lite import conf, metrics
from nova_lite.conf import CONF
from nova_lite.context import RequestContext
from nova_lite.db import migration, session, tables
from nova_lite.models import RequestSpec
from nova_lite.scheduler.hosts import HostManager
from nova_lite.scheduler.manager import SchedulerManager
from nova_lite.scheduler.selection import choose
from tests.chaos import database
from tools.bench import cloud, filling

RACERS = 8
AT_ONCE = 16                    # requests that a scheduler has at the same time


def context() -> RequestContext:
    return RequestContext(user_id="bench", project_id="bench", roles=["member"], overwrite=False)


def spec_of(*orders) -> dict:
    return RequestSpec(orders=orders, flavor=filling.FLAVOR, project_id="bench",
                       next_step="build_and_run_instance").to_dict()


def scheduler() -> SchedulerManager:
    manager = SchedulerManager(HostManager())
    manager.hosts.refresh()
    return manager


@contextlib.contextmanager
def filled(url: str, hosts: int, room: int, orders: int):
    """A database with so many hosts and so many orders that wait; yields the orders.  It is empty afterwards."""
    conf.load(["--config-file", "/dev/null"])
    CONF.set_override("connection", url, "database")
    migration.sync()
    try:
        with session.writer() as connection:
            filling.add_hosts(connection, hosts, room)
            found = filling.add_orders(connection, context(), orders)
        yield found
    finally:
        with session.writer() as connection:
            for table in reversed(tables.metadata.sorted_tables):
                connection.execute(table.delete())
        session.dispose()


def ask(manager: SchedulerManager, *orders) -> dict:
    """The answer to one request for servers of these orders."""
    [answer] = manager.select_destinations(context(), [{"spec_obj": spec_of(*orders), "depth": 0}])
    return answer


def measure_choose(requests: int) -> float:
    """Decisions a second, of the hosts that are there."""
    manager, spec = scheduler(), RequestSpec(orders=(), flavor=filling.FLAVOR)
    began = time.perf_counter()
    for _ in range(requests):
        if not choose(spec, manager.hosts.arrays, manager.filters, manager.weighers, 1, 1).positions:
            raise RuntimeError("there was no host for a server")
    return requests / (time.perf_counter() - began)


def measure_claims(orders, at_once: int) -> dict:
    """Decisions that are in the database, so many asked for at the same time: see ``_measured``."""
    manager = scheduler()

    def schedule(order):
        answer = ask(manager, order)
        if len(answer["selections"]) != 1:
            raise RuntimeError(f"there was no host for a server: {answer}")
    with _measured(len(orders)) as found, futures.ThreadPoolExecutor(at_once) as pool:
        collections.deque((map if at_once == 1 else pool.map)(schedule, orders), maxlen=0)
    return found


def measure_many(orders) -> dict:
    """``measure_claims`` of one request for all these servers."""
    manager = scheduler()
    with _measured(len(orders)) as found:
        answer = ask(manager, *orders)
    if len(answer["selections"]) != len(orders):
        raise RuntimeError(f"there were no hosts for the servers: {answer['no_valid_host']}")
    return found


@contextlib.contextmanager
def _measured(count: int):
    """{"rate": a second, "cpu": this process's milliseconds each, "statements" and "commits": each}."""
    found: dict[str, float] = {}
    statements, commits = _counted("statements"), _counted("transactions", outcome="committed")
    began, worked = time.perf_counter(), time.process_time()
    yield found
    found.update({
        "rate": count / (time.perf_counter() - began), "cpu": 1000 * (time.process_time() - worked) / count,
        "statements": (_counted("statements") - statements) / count,
        "commits": (_counted("transactions", outcome="committed") - commits) / count})


def _counted(what: str, **wanted: str) -> float:
    """The sum of a counter over the labels that are not given."""
    return sum(sample.value for metric in metrics.REGISTRY.collect() for sample in metric.samples
               if sample.name == f"nova_lite_sql_{what}_total" and wanted.items() <= sample.labels.items())


def best(rows: list[dict]) -> dict:
    """Of several runs on a machine that others use, too: each figure's best."""
    return {name: (max if name == "rate" else min)(row[name] for row in rows) for name in rows[0]}


def _lost() -> float:
    """How many claims of this process came too late."""
    return metrics.REGISTRY.get_sample_value("nova_lite_claims_total", {"outcome": "host_full"}) or 0.0


def _race(orders, ready, results):
    manager, found, most = scheduler(), collections.Counter(), 0
    ready.wait()
    for order in orders:
        before = _lost()
        answer = ask(manager, order)
        found["placed" if answer["selections"] else "no valid host"] += 1
        most = max(most, int(_lost() - before) + bool(answer["selections"]))
    results.put((dict(found), most))


def race(orders, slots: int, racers: int = RACERS) -> dict:
    """``racers`` processes, each with its share of the orders, at once.  What was placed, and what is wrong."""
    session.dispose()
    fork = multiprocessing.get_context("fork")
    ready, results = fork.Barrier(racers), fork.Queue()
    processes = [fork.Process(target=_race, args=(orders[n::racers], ready, results)) for n in range(racers)]
    began = time.perf_counter()
    for process in processes:
        process.start()
    told = [results.get(timeout=300) for _ in processes]
    for process in processes:
        process.join()
    seconds = time.perf_counter() - began
    found = collections.Counter()
    for counts, _ in told:
        found.update(counts)
    tries = max(most for _, most in told)
    with session.reader() as connection:
        over = connection.scalar(sa.select(sa.func.count()).select_from(tables.hosts).where(
            tables.hosts.c.vcpus_used > tables.hosts.c.vcpus_limit))
        claimed = connection.scalar(sa.select(sa.func.count()).select_from(tables.claims))
    wrong = [text for text, bad in (
        (f"{over} hosts are overcommitted", over), (f"{claimed} claims for {found['placed']} servers that were placed",
                                                    claimed != found["placed"]),
        (f"{found['placed']} servers were placed on {slots} slots", found["placed"] != min(slots, len(orders))),
        (f"{tries} tries, {CONF.scheduler.claim_retries} are allowed", tries > CONF.scheduler.claim_retries)) if bad]
    return {**found, "most_tries": tries, "seconds": round(seconds, 3), "wrong": wrong}


def measure(kind: str, sizes: list[int], requests: int, racers: int = RACERS, rounds: int = 1) -> dict:
    """{"hosts": {number: {"choose": decisions a second, "alone", "claim", "many": see ``_measured``}}, "race"} on a
    database server of its own; ``many`` is one request for all servers, the best of so many rounds is told."""
    found: dict = {"hosts": {}}
    with contextlib.ExitStack() as stack:
        if kind == "sqlite":
            url = f"sqlite:///{stack.enter_context(tempfile.TemporaryDirectory())}/bench.sqlite"
        else:
            url = stack.enter_context(database.running(kind)).server.url
        for size in sizes:
            with filled(url, size, filling.ROOM, 3 * requests * rounds) as orders:
                parts = iter([orders[n * requests:(n + 1) * requests] for n in range(3 * rounds)])
                found["hosts"][size] = {
                    "choose": max(measure_choose(requests) for _ in range(rounds)),
                    "alone": best([measure_claims(next(parts), 1) for _ in range(rounds)]),
                    "claim": best([measure_claims(next(parts), AT_ONCE) for _ in range(rounds)]),
                    "many": best([measure_many(next(parts)) for _ in range(rounds)])}
        hosts = requests // 10
        with filled(url, hosts, 5, requests) as orders:             # half of them fit
            found["race"] = race(orders, 5 * hosts, racers)
    return found


def table(found: dict) -> str:
    """A line for each way to ask and number of hosts."""
    first = next(iter(found["hosts"].values()))
    lines = [f"{'hosts':>7} {'asked':<8} {'a second':>9} {'of the first':>12} {'CPU ms':>7} {'of the first':>12} "
             f"{'statements':>10} {'commits':>8}"]
    for size, row in found["hosts"].items():
        lines.append(f"{size:>7} {'choose':<8} {row['choose']:>9.0f} {row['choose'] / first['choose']:>11.2f}x")
        lines += [f"{size:>7} {way:<8} {row[way]['rate']:>9.0f} {row[way]['rate'] / first[way]['rate']:>11.2f}x "
                  f"{row[way]['cpu']:>7.2f} {row[way]['cpu'] / first[way]['cpu']:>11.2f}x "
                  f"{row[way]['statements']:>10.2f} {row[way]['commits']:>8.3f}" for way in ("alone", "claim", "many")]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.scheduling", description=__doc__.split("\n")[0])
    parser.add_argument("--hosts", default="100,1000,10000", help="(default: %(default)s)")
    parser.add_argument("--requests", type=int, default=1000, help="servers of a measure (default: %(default)s)")
    parser.add_argument("--racers", type=int, default=RACERS, help="schedulers that race (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="the best counts (default: %(default)s)")
    parser.add_argument("--database", choices=cloud.DATABASES, default=cloud.DEFAULT_DATABASE)
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.hosts.split(",")]
    found = measure(arguments.database, sizes, arguments.requests, arguments.racers, arguments.rounds)
    print(table(found))
    print(f"race of {arguments.racers}: {found['race']}")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(found, indent=1))
    return 1 if found["race"]["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
