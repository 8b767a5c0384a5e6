"""The scheduler by itself, without a broker: decisions a second by number of hosts, and schedulers that race.

    python -m tools.bench.scheduling                                  # 100, 1,000 and 10,000 hosts
    python -m tools.bench.scheduling --hosts 100,10000 --requests 2000 --database postgresql

``choose``: filters and weighers alone, in memory.  ``claim``: with the claim in the database.  ``race``: processes that
schedule onto hosts with fewer slots than servers; exit code 1 when a host was overcommitted, or a server that there was
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


def context() -> RequestContext:
    return RequestContext(user_id="bench", project_id="bench", roles=["member"], overwrite=False)


def spec_of(order) -> dict:
    return RequestSpec(orders=(order,), flavor=filling.FLAVOR, project_id="bench",
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


def measure_choose(requests: int) -> float:
    """Decisions a second, of the hosts that are there."""
    manager, spec = scheduler(), RequestSpec(orders=(), flavor=filling.FLAVOR)
    began = time.perf_counter()
    for _ in range(requests):
        if not choose(spec, manager.hosts.arrays, manager.filters, manager.weighers, 1, 1).positions:
            raise RuntimeError("there was no host for a server")
    return requests / (time.perf_counter() - began)


def measure_claims(orders) -> float:
    """Decisions a second that are in the database."""
    manager = scheduler()
    began = time.perf_counter()
    for order in orders:
        answer = manager.select_destinations(context(), spec_of(order), 0)
        if len(answer["selections"]) != 1:
            raise RuntimeError(f"there was no host for a server: {answer}")
    return len(orders) / (time.perf_counter() - began)


def _lost() -> float:
    """How many claims of this process came too late."""
    return metrics.REGISTRY.get_sample_value("nova_lite_claims_total", {"outcome": "host_full"}) or 0.0


def _race(orders, ready, results):
    manager, found, most = scheduler(), collections.Counter(), 0
    ready.wait()
    for order in orders:
        before = _lost()
        answer = manager.select_destinations(context(), spec_of(order), 0)
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


def measure(kind: str, sizes: list[int], requests: int, racers: int = RACERS) -> dict:
    """{"hosts": {number: {"choose", "claim": decisions a second}}, "race"} on a database server of its own."""
    found: dict = {"hosts": {}}
    with contextlib.ExitStack() as stack:
        if kind == "sqlite":
            url = f"sqlite:///{stack.enter_context(tempfile.TemporaryDirectory())}/bench.sqlite"
        else:
            url = stack.enter_context(database.running(kind)).server.url
        for size in sizes:
            with filled(url, size, filling.ROOM, requests) as orders:
                found["hosts"][size] = {"choose": measure_choose(requests), "claim": measure_claims(orders)}
        hosts = requests // 10
        with filled(url, hosts, 5, requests) as orders:             # half of them fit
            found["race"] = race(orders, 5 * hosts, racers)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.scheduling", description=__doc__.split("\n")[0])
    parser.add_argument("--hosts", default="100,1000,10000", help="(default: %(default)s)")
    parser.add_argument("--requests", type=int, default=1000, help="servers of a measure (default: %(default)s)")
    parser.add_argument("--racers", type=int, default=RACERS, help="schedulers that race (default: %(default)s)")
    parser.add_argument("--database", choices=cloud.DATABASES, default=cloud.DEFAULT_DATABASE)
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    sizes = [int(size) for size in arguments.hosts.split(",")]
    found = measure(arguments.database, sizes, arguments.requests, arguments.racers)
    print(f"{'hosts':>7} {'choose/s':>10} {'claim/s':>10} {'of the first':>13}")
    for size, row in found["hosts"].items():
        print(f"{size:>7} {row['choose']:>10.0f} {row['claim']:>10.0f} "
              f"{row['claim'] / found['hosts'][sizes[0]]['claim']:>12.2f}x")
    print(f"race of {arguments.racers}: {found['race']}")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(found, indent=1))
    return 1 if found["race"]["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
