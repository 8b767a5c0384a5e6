"""Command line of tools/bench/run: everything that is promised about speed, measured, beside what Nova needs.

    tools/bench/run                       # the full sizes
    tools/bench/run --quick               # a few minutes
    tools/bench/run --only creates,reads

Nova's figures are of Nova 34 on 2 cores of this kind with its fake driver, servers without a network, MariaDB,
RabbitMQ, Keystone, Placement, Glance and Neutron.
"""
import argparse
import contextlib
import dataclasses
import json
import pathlib
import sys
import tempfile
import time
import traceback
from collections.abc import Callable

from tools.stack import bootstrap, ksm, packages, progress, virtualenv
from tools.stack.errors import StackError
from tools.stack.settings import Settings


@dataclasses.dataclass(frozen=True)
class Target:
    """``goal``: the least, or with ``at_most`` the most, None: it is only told; ``nova``: Nova's figure, None: nobody
    measured it."""

    name: str
    unit: str
    goal: float | None
    nova: float | None = None
    at_most: bool = False

    def met(self, value: float) -> bool:
        return self.goal is None or (value <= self.goal if self.at_most else value >= self.goal)

    def times_nova(self, value: float) -> float | None:
        """How many times better than Nova."""
        if self.nova is None or not value:
            return None
        return self.nova / value if self.at_most else value / self.nova


REST = 15                       # seconds in which services give back what they do not use (nova_lite/cmd/memory.py)
RATE = 70                       # creates a second, of those that the targets speak of

TARGETS = {
    "active_16": Target("create to ACTIVE, 16 at once", "servers/s", 70, 1.3),
    "active_network": Target("  the same on a network", "servers/s", None),
    "active_bulk": Target("create to ACTIVE, one request of 1,000", "servers/s", 300),
    "active_alone": Target("create to ACTIVE, alone, median", "ms", 50, 900, at_most=True),
    "accept_p50": Target("POST accepted, 70 a second, median", "ms", 20, at_most=True),
    "accept_p99": Target("POST accepted, 70 a second, 99th percentile", "ms", 100, at_most=True),
    "accept_16": Target("POST accepted, 16 that do nothing but ask, median", "ms", None, 4421, at_most=True),
    "burst_refused": Target("requests refused in a burst of creates", "", 0, at_most=True),
    "cpu": Target("CPU of a server created and deleted", "s", 0.03, 1.61, at_most=True),
    "deleted": Target("deleted, 16 at once", "servers/s", None, 2.6),
    "show": Target("GET of a server, 8 at once", "/s", 1000, 42),
    "list": Target("detailed list of 1,000 servers (Nova: of 50), median", "ms", 100, 240, at_most=True),
    "claims": Target("decisions with claims, 10,000 hosts", "/s", 1000),
    "claims_ratio": Target("  of those with 100 hosts", "x", 0.9),
    "race_wrong": Target("faults in a race of 8 schedulers", "", 0, at_most=True),
    "heartbeats": Target("10,000 idle hosts, of all cores", "%", 10, at_most=True),
    "guest_over": Target("a libvirt guest, over its disk, define and create", "s", 0.3, at_most=True),
    "memory": Target("memory (PSS) of all processes", "MB", 300, 1018, at_most=True),
    "memory_apart": Target("  where the kernel does not merge pages (KSM)", "MB", None, at_most=True),
    "memory_growth": Target("  more of that after creates and deletes", "MB", 10, at_most=True),
}


@dataclasses.dataclass(frozen=True)
class Sizes:
    creates: int = 400
    bulk: int = 1000
    burst: int = 2000
    requests: int = 2000        # shows, and decisions of the scheduler
    hosts: int = 10_000
    seconds: float = 60         # of heartbeats
    guests: int = 20            # real ones
    cycles: int = 10            # of creates and deletes, between two looks at the memory


QUICK = Sizes(creates=100, bulk=200, burst=200, requests=500, seconds=20, guests=5, cycles=2)


def creates(bench, sizes: Sizes) -> dict[str, float]:
    load = bench.load()
    load.create(20, 8)
    load.delete(8)                          # connections are made, caches are warm
    alone = load.create_alone(20)
    load.delete(8)
    with bench.meter.measured() as cost:
        made = load.create(sizes.creates, 16)
        gone = load.delete(16)
    paced = load.create_paced(sizes.creates, RATE)
    load.delete(16)
    bulk = load.create_at_once(sizes.bulk)
    load.delete(16)
    on_network = bench.load(network=True)
    connected = on_network.create(sizes.creates // 2, 16)
    on_network.delete(16)
    burst = load.create(sizes.burst, 64)
    load.delete(16)
    return {"active_16": made["servers_per_second"], "accept_16": made["accepted"]["p50_ms"],
            "accept_p50": paced["accepted"]["p50_ms"], "accept_p99": paced["accepted"]["p99_ms"],
            "active_alone": alone["until_active"]["p50_ms"], "cpu": cost.cpu_seconds / sizes.creates,
            "deleted": gone["servers_per_second"], "active_bulk": bulk["servers_per_second"],
            "active_network": connected["servers_per_second"],
            "burst_refused": burst["accepted"]["refused"] + burst["error"]}


def reads(bench, sizes: Sizes) -> dict[str, float]:
    load = bench.load()
    load.create_at_once(1000)
    try:
        return {"show": load.show(sizes.requests, 8)["rate"], "list": load.list_in_detail(20, 1)["p50_ms"]}
    finally:
        load.delete(16)


def memory(bench, sizes: Sizes) -> dict[str, float]:
    """Of processes that have worked, and have had the time to give back what they no longer use; without KSM and with
    it, as stack.sh turns it on (where that is not allowed, both are the same)."""
    def held():
        time.sleep(REST)
        return bench.meter.memory()
    load = bench.load()
    load.create(sizes.creates, 16)
    load.delete(16)
    before = held()
    for _ in range(sizes.cycles):
        load.create(sizes.creates, 16)
        load.delete(16)
    after = merged = held()
    with tempfile.TemporaryDirectory() as directory, contextlib.suppress(OSError):
        settings = Settings(pathlib.Path(directory))
        try:
            ksm.turn_on(settings)
            merged = held()
        finally:
            ksm.turn_off(settings)
    return {"memory": merged, "memory_apart": after, "memory_growth": after - before}


def scheduling(sizes: Sizes, kind: str) -> dict[str, float]:
    from tools.bench import scheduling as bench
    found = bench.measure(kind, [100, sizes.hosts], sizes.requests)
    few, many = (found["hosts"][count]["claim"]["rate"] for count in (100, sizes.hosts))
    return {"claims": many, "claims_ratio": many / few, "race_wrong": len(found["race"]["wrong"])}


def heartbeats(sizes: Sizes, kind: str) -> dict[str, float]:
    from tools.bench import heartbeats as bench
    return {"heartbeats": 100 * bench.measure(kind, sizes.hosts, sizes.seconds)["share"]}


def guests(sizes: Sizes, kind: str) -> dict[str, float]:
    """On SQLite, whatever the ``kind``: the rest of it is libvirt's."""
    from tools.bench import guests as bench
    return {"guest_over": bench.measure(sizes.guests)["over"]}


IN_A_CLOUD: tuple[Callable, ...] = (creates, reads, memory)
ALONE: tuple[Callable, ...] = (scheduling, heartbeats, guests)
MEASURES = {function.__name__: function for function in (*IN_A_CLOUD, *ALONE)}


def table(found: dict[str, float]) -> str:
    """A line for each target that was measured."""
    lines = [f"{'':<54} {'measured':>10} {'target':>10} {'Nova':>8} {'better by':>10}"]
    for key, value in found.items():
        target = TARGETS[key]
        goal = "" if target.goal is None else f"{'<=' if target.at_most else '>='} {target.goal:g}"
        times = target.times_nova(value)
        lines.append(f"{target.name + (f', {target.unit}' if target.unit else ''):<54} {_figure(value):>10} {goal:>10} "
                     f"{'' if target.nova is None else f'{target.nova:g}':>8} {f'{times:.0f}x' if times else '':>10}"
                     f"{'' if target.met(value) else '  missed'}")
    return "\n".join(lines)


def _figure(value: float) -> str:
    """Three digits that mean something, and no exponent."""
    return f"{value:.3g}" if abs(value) < 999.5 else f"{value:.0f}"


def measure(names: list[str], sizes: Sizes, kind: str) -> tuple[dict[str, float], dict[str, Exception]]:
    """The figures, in the order of TARGETS, and what ended a part (by its name) before it had any."""
    from tools.bench import cloud
    found: dict[str, float] = {}
    failed: dict[str, Exception] = {}

    def run(function, *arguments):
        try:
            found.update(function(*arguments))
        except Exception as error:              # what others took minutes to measure is not lost
            failed[function.__name__] = error
    if inside := [function for function in IN_A_CLOUD if function.__name__ in names]:
        with cloud.running(kind, hosts=1) as bench:         # of Nova's figures, too, one host is the deployment
            for function in inside:
                run(function, bench, sizes)
    for function in ALONE:
        if function.__name__ in names:
            run(function, sizes, kind)
    return {key: found[key] for key in TARGETS if key in found}, failed


def main() -> int:
    parser = argparse.ArgumentParser(prog="tools/bench/run", description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="small sizes")
    parser.add_argument("--only", default=",".join(MEASURES), help="some of: %(default)s")
    parser.add_argument("--database", choices=("mariadb", "postgresql", "sqlite"), default="mariadb")
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    names = arguments.only.split(",")
    if unknown := set(names) - set(MEASURES):
        parser.error(f"--only: unknown: {', '.join(sorted(unknown))}")
    if not bootstrap.inside():
        steps = progress.Progress()
        try:
            bootstrap.install(steps, packages.for_tests(), virtualenv.TEST_EXTRAS,
                              pathlib.Path(tempfile.gettempdir(), "nova-lite-bench"))
        except StackError as error:
            progress.report(error)
            return 1
        bootstrap.become_second_half("tools.bench.targets", sys.argv[1:], steps)
    found, failed = measure(names, QUICK if arguments.quick else Sizes(), arguments.database)
    print(table(found))
    for name, error in failed.items():
        print(f"\n{name} could not be measured:", *traceback.format_exception(error), sep="\n")
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(found, indent=1))
    return 0 if not failed and all(TARGETS[key].met(value) for key, value in found.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
