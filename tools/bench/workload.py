"""Workloads as data (``workloads/*.yaml``): what is done how often, and the most that it may cost.

    python -m tools.bench.workload                       # all, at the base size and at the large one
    python -m tools.bench.workload create show --database postgresql --json result.json

Costs are counts (messages, commits, statements, rows read) of one unit: they do not depend on the machine, so they are
limits.  Times are told as the ratio to one unit at the base size in the same run.  Exit code 1 over a limit.
"""
import argparse
import dataclasses
import json
import pathlib
import sys

import yaml

from tools.bench import cloud as clouds
from tools.bench.cost import COUNTS, Cost
from tools.bench.load import Load

DIRECTORY = pathlib.Path(__file__).parent / "workloads"
BASE, LARGE = "base", "large"


@dataclasses.dataclass(frozen=True)
class Workload:
    """``measure``: a method of ``_Measures``; ``sizes``: units by name; ``servers``: those that exist before, for each
    size; ``most``: limits of a unit's counts."""

    name: str
    what: str
    measure: str
    unit: str
    sizes: dict[str, int]
    most: dict[str, float]
    concurrency: int = 1
    network: bool = False
    servers: dict[str, int] = dataclasses.field(default_factory=dict)

    @classmethod
    def load(cls, name: str) -> "Workload":
        """Raises TypeError for a key that is unknown or missing, ValueError for a count that nobody counts."""
        found = cls(name=name, **yaml.safe_load((DIRECTORY / f"{name}.yaml").read_text()))
        if unknown := set(found.most) - set(COUNTS):
            raise ValueError(f"{name}: nobody counts {', '.join(sorted(unknown))}")
        return found


def names() -> list[str]:
    return sorted(path.stem for path in DIRECTORY.glob("*.yaml"))


@dataclasses.dataclass(frozen=True)
class Outcome:
    """Of a workload at a size: the ``cost`` of so many ``units``, and what was ``wrong``."""

    workload: Workload
    size: str
    units: int
    cost: Cost
    wrong: list[str]

    @property
    def seconds(self) -> float:
        """Of one unit."""
        return self.cost.seconds / self.units

    def over(self) -> list[str]:
        """Each limit that was exceeded, and whatever else is wrong."""
        found = self.cost.per(self.units)
        return [*self.wrong, *(
            f"{self.workload.name} ({self.size}): {found[name]} {name} for a {self.workload.unit}, at most {most} are "
            f"allowed" for name, most in self.workload.most.items() if name in found and found[name] > most)]

    def to_dict(self) -> dict:
        return {"units": self.units, "seconds": round(self.seconds, 5), "counts": self.cost.per(self.units),
                "embedded": self.cost.embedded, "cpu": self.cost.cpu, "over": self.over()}


class _Measures:
    """Each does the ``count`` units of a workload within ``meter.measured()``: (its cost, what was wrong)."""

    def __init__(self, load: Load, meter, workload: Workload):
        self._load, self._meter, self._concurrency = load, meter, workload.concurrency

    def create(self, count):
        with self._meter.measured() as cost:
            found = self._load.create(count, self._concurrency)
        return cost, _not_made(found, count)

    def create_at_once(self, count):
        with self._meter.measured() as cost:
            found = self._load.create_at_once(count)
        return cost, _not_made(found, count)

    def delete(self, count):
        wrong = _not_made(self._load.create(count, self._concurrency), count)
        with self._meter.measured() as cost:
            found = self._load.delete(self._concurrency)
        return cost, [*wrong, *found["accepted"]["first_refused"], *(["servers are left"] if found["left"] else [])]

    def show(self, count):
        with self._meter.measured() as cost:
            found = self._load.show(count, self._concurrency)
        return cost, found["first_refused"]

    def list_in_detail(self, count):
        with self._meter.measured() as cost:
            found = self._load.list_in_detail(count, self._concurrency, "&limit=20")
        return cost, found["first_refused"]


def _not_made(found: dict, count: int) -> list[str]:
    return [*found["accepted"]["first_refused"],
            *([] if found["active"] == count else [f"{found['active']} of {count} servers are ACTIVE"])]


def run(cloud, workload: Workload, size: str) -> Outcome:
    """It leaves no server behind."""
    load, units = cloud.load(workload.network), workload.sizes[size]
    try:
        if before := workload.servers.get(size):
            load.create(before, 8)
        cost, wrong = getattr(_Measures(load, cloud.meter, workload), workload.measure)(units)
    finally:
        if load.ids:
            load.delete(8)
    return Outcome(workload, size, units, cost, wrong)


def table(outcomes: list[Outcome]) -> str:
    """A line each; the last column is a unit's time in units of the base size's."""
    base = {o.workload.name: o.seconds for o in outcomes if o.size == BASE}
    header = " ".join(f"{name:>16}" for name in COUNTS)
    lines = [f"{'workload':<16} {'size':<6} {'units':>6} {header} {'time':>8}"]
    for outcome in outcomes:
        found, most = outcome.cost.per(outcome.units), outcome.workload.most
        cells = [f"{found[name]:g}{f' (of {most[name]:g})' if name in most else ''}" if name in found else "-"
                 for name in COUNTS]
        lines.append(f"{outcome.workload.name:<16} {outcome.size:<6} {outcome.units:>6} "
                     + " ".join(f"{cell:>16}" for cell in cells)
                     + f" {outcome.seconds / base[outcome.workload.name]:>7.2f}x")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.workload", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="workload", help=", ".join(names()) + " (default: all)")
    parser.add_argument("--database", choices=clouds.DATABASES, default=clouds.DEFAULT_DATABASE)
    parser.add_argument("--json", metavar="FILE", help="write the outcomes there")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(names()):
        parser.error(f"no such workload: {', '.join(sorted(unknown))}")
    with clouds.running(arguments.database) as cloud:
        outcomes = [run(cloud, workload, size) for workload in map(Workload.load, arguments.names or names())
                    for size in workload.sizes]
    print(table(outcomes))
    over = [line for outcome in outcomes for line in outcome.over()]
    print(*over, sep="\n")
    if arguments.json:
        found: dict = {}
        for outcome in outcomes:
            found.setdefault(outcome.workload.name, {})[outcome.size] = outcome.to_dict()
        pathlib.Path(arguments.json).write_text(json.dumps({"database": arguments.database, "workloads": found},
                                                           indent=1))
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
