"""All hosts in memory, as numpy columns; kept fresh by a change feed, never re-read for a request."""
import datetime
import json
import threading
from collections.abc import Callable, Collection

import numpy

from nova_lite.conf import CONF
from nova_lite.db import hosts as hosts_db
from nova_lite.db import session
from nova_lite.trace import now

SIZES = ("vcpus", "memory_mb", "local_gb")
NUMBERS = (*(f"{size}_{what}" for what in ("limit", "used") for size in SIZES), "running_vms", "failed_builds")
AT_ONCE = 100                                       # hosts whose rank is made anew one by one
FULL_REFRESH = datetime.timedelta(minutes=10)       # hosts that were deleted leave then


class HostArrays:
    """``names``, ``nodes``, ``addresses`` are string arrays, the rest one number or flag a host; ``vcpus_free`` and the
    like and ``io_ops`` are floats, for weighers.

    What many hosts have in common is kept once, and asked by ``of_aggregates`` and ``of_kinds``.  ``io_ops``: {host:
    builds, moves and images that it is busy with}.  Who filters or weighs must not change an array.
    """

    def __init__(self, rows, io_ops: dict[str, int] | None = None):
        count = len(rows)
        self.names, self.nodes, self.addresses = (numpy.empty(count, dtype=object) for _ in range(3))
        for name in NUMBERS:
            setattr(self, name, numpy.zeros(count, dtype=numpy.int64))
        self.vcpus_free, self.memory_mb_free, self.local_gb_free, self.io_ops = (numpy.zeros(count) for _ in range(4))
        self.enabled, self.last_seen = numpy.zeros(count, dtype=bool), numpy.zeros(count)
        self._zones, self._aggregates = _Shared(count, str), _Shared(count, json.loads)
        self._kinds = _Shared(count, _kind)
        self._metrics: dict[str, numpy.ndarray] = {}
        self._extremes: dict[int, tuple] = {}                # of columns, by id: (lowest, of how many, highest, of …)
        self._ranked: tuple | None = None                           # what ``_ranking`` is of
        self._ranking = numpy.zeros(0)
        self._highest, self._of_highest = 0.0, 0             # the highest rank, and how many hosts have it
        self._changed: set[int] = set()                      # positions that have changed since
        self._up: tuple | None = None                        # (service_down_time, who is up, until when they all are)
        self.index = {row.host: position for position, row in enumerate(rows)}
        for position, row in enumerate(rows):
            self.put(position, row)
        self.busy_with(io_ops or {})

    def __len__(self) -> int:
        return len(self.names)

    def put(self, position: int, row) -> None:
        """All that the host's row says."""
        self._extremes.clear()
        self._changed.add(position)
        self._up = None
        self.names[position], self.nodes[position], self.addresses[position] = row.host, row.node, row.host_ip
        for name in NUMBERS:
            getattr(self, name)[position] = getattr(row, name)
        for size in SIZES:
            getattr(self, f"{size}_free")[position] = getattr(row, f"{size}_limit") - getattr(row, f"{size}_used")
        self.enabled[position] = not (row.disabled or row.forced_down)
        self.last_seen[position] = row.last_seen_up.timestamp() if row.last_seen_up else 0.0
        self.put_zone(position, row.availability_zone)
        self._aggregates.put(position, row.aggregate_metadata or "{}")
        self._put_metrics(position, json.loads(row.metrics or "{}"))
        self._kinds.put(position, (row.hypervisor_type, row.hypervisor_version, row.cpu_info, row.supported_instances))

    def _put_metrics(self, position: int, metrics: dict[str, float]) -> None:
        for name in metrics.keys() - self._metrics.keys():
            self._metrics[name] = numpy.full(len(self), numpy.nan)
        for name, column in self._metrics.items():
            column[position] = metrics.get(name, numpy.nan)

    def metric(self, name: str):
        """What each host measures; NaN where it does not."""
        return self._metrics[name] if name in self._metrics else numpy.full(len(self), numpy.nan)

    def put_zone(self, position: int, zone: str | None) -> None:
        self._zones.put(position, zone or CONF.default_availability_zone)

    def heard(self, seen: dict[str, datetime.datetime]) -> None:
        """When hosts were last heard of."""
        known = [(self.index[host], at.timestamp()) for host, at in seen.items() if host in self.index]
        if known:
            positions, times = zip(*known, strict=True)
            self.last_seen[list(positions)] = times
            self._up = None

    def carry_over(self, before: "HostArrays") -> None:
        """Of the same hosts, in the same places, before others came: when they were heard, what they are busy with."""
        self.last_seen[:len(before)] = before.last_seen
        self.io_ops[:len(before)] = before.io_ops
        self._up = self._ranked = None
        self._extremes.pop(id(self.io_ops), None)

    def busy_with(self, io_ops: dict[str, int]) -> None:
        """What hosts are busy with; those that are not named, with nothing."""
        self._extremes.pop(id(self.io_ops), None)
        self._ranked = None
        self.io_ops[:] = 0
        for host, count in io_ops.items():
            if host in self.index:
                self.io_ops[self.index[host]] = count

    def up(self):
        """Which hosts have been heard of lately and are not out of service."""
        at, down_time = now().timestamp(), CONF.service_down_time
        if self._up is None or self._up[0] != down_time or at > self._up[2]:
            found = self.enabled & (self.last_seen >= at - down_time)
            self._up = down_time, found, self.last_seen.min(where=found, initial=at) + down_time
        return self._up[1]

    def among(self, names: Collection[str]):
        """Which hosts these are."""
        found = numpy.zeros(len(self), dtype=bool)
        found[[self.index[name] for name in names if name in self.index]] = True
        return found

    def in_zone(self, zone: str):
        return self._zones.each(lambda found: found == zone, bool)

    def zone(self, position: int) -> str:
        return self._zones.at(position)

    def of_aggregates(self, function: Callable[[dict], object], dtype=bool):
        """``function(metadata)`` for each host; {key: [values]} of all its aggregates."""
        return self._aggregates.each(function, dtype)

    def aggregates_name(self, key: str) -> bool:
        """Whether any host's aggregates have this key."""
        return any(key in metadata for metadata in self._aggregates.distinct)

    def of_kinds(self, function: Callable[[dict], object], dtype=bool):
        """``function(kind)`` for each host: {hypervisor_type, hypervisor_version, cpu_info, supported_instances}."""
        return self._kinds.each(function, dtype)

    def of_one_kind(self) -> bool:
        return len(self._kinds.distinct) <= 1

    def aggregate_metadata(self, position: int) -> dict:
        return self._aggregates.at(position)

    def take(self, position: int, flavor, count: int = 1) -> None:
        """Count a claim (or with a negative count, its return) before the feed tells of it."""
        claim = flavor.claim
        self._changed.add(position)
        self.vcpus_used[position] += claim.vcpus * count
        self.memory_mb_used[position] += claim.memory_mb * count
        self.local_gb_used[position] += claim.disk_gb * count
        for column, amount in ((self.vcpus_free, -claim.vcpus), (self.memory_mb_free, -claim.memory_mb),
                               (self.local_gb_free, -claim.disk_gb), (self.running_vms, 1), (self.io_ops, 1)):
            self._add(column, position, amount * count)

    def _add(self, column, position: int, amount: int) -> None:
        old = column[position]
        column[position] = new = old + amount
        if id(column) not in self._extremes or not amount:
            return
        low, lows, high, highs = self._extremes.pop(id(column))
        lows, highs = lows - (old == low), highs - (old == high)
        if new <= low:
            low, lows = new, 1 + (lows if new == low else 0)
        if new >= high:
            high, highs = new, 1 + (highs if new == high else 0)
        if lows and highs:
            self._extremes[id(column)] = low, lows, high, highs

    def extremes(self, column) -> tuple:
        """(lowest, highest) of one of the columns that ``take`` changes: known without a look at each host."""
        if not len(column):
            return 0, 0
        if id(column) not in self._extremes:
            low, high = column.min(), column.max()
            self._extremes[id(column)] = (low, numpy.count_nonzero(column == low), high,
                                          numpy.count_nonzero(column == high))
        low, _, high, _ = self._extremes[id(column)]
        return low, high

    def ranking(self, terms: list[tuple]) -> tuple:
        """(the sum of column x factor of each host, the highest, how many have it), for columns that ``take`` changes:
        made anew for those hosts only that have changed since it was last asked for."""
        ranked = tuple((id(column), factor) for column, factor in terms)
        if ranked != self._ranked or len(self._changed) > AT_ONCE:
            self._ranked, self._ranking = ranked, numpy.zeros(len(self))
            for column, factor in terms:
                self._ranking += column * factor
            self._count_highest()
        else:
            for position in self._changed:
                self._rank(position, sum(float(column[position]) * factor for column, factor in terms))
            if not self._of_highest:
                self._count_highest()
        self._changed.clear()
        return self._ranking, self._highest, self._of_highest

    def _rank(self, position: int, rank: float) -> None:
        self._of_highest -= bool(self._ranking[position] == self._highest)
        self._ranking[position] = rank
        if rank > self._highest:
            self._highest, self._of_highest = rank, 0
        self._of_highest += rank == self._highest

    def _count_highest(self) -> None:
        self._highest = float(self._ranking.max(initial=-numpy.inf))
        self._of_highest = int(numpy.count_nonzero(self._ranking == self._highest))

    def changes(self, column) -> bool:
        """Whether it is such a column."""
        return any(column is ours for ours in (self.vcpus_free, self.memory_mb_free, self.local_gb_free, self.io_ops,
                                               self.running_vms, self.failed_builds))


class _Shared:
    """A value of each host, of which there are few different ones: a function is called once for each of those."""

    def __init__(self, count: int, read: Callable):
        self._read, self._known, self.distinct = read, {}, []
        self._codes = numpy.zeros(count, dtype=numpy.intp)

    def put(self, position: int, text) -> None:
        if text not in self._known:
            self._known[text] = len(self.distinct)
            self.distinct.append(self._read(text))
        self._codes[position] = self._known[text]

    def each(self, function: Callable, dtype):
        if not self.distinct:
            return numpy.zeros(0, dtype=dtype)
        found = numpy.array([function(value) for value in self.distinct], dtype=dtype)
        return numpy.full(len(self._codes), found[0]) if len(found) == 1 else found[self._codes]

    def at(self, position: int):
        return self.distinct[self._codes[position]]


def _kind(parts) -> dict:
    kind, version, cpu_info, supported = parts
    return {"hypervisor_type": kind, "hypervisor_version": version, "cpu_info": json.loads(cpu_info or "{}"),
            "supported_instances": json.loads(supported or "[]")}


class HostManager:
    """The newest ``HostArrays``; ``lock`` is for who reads or changes them.  ``refresh`` is called every second and
    after a lost race: only what has changed is read and written.

    ``counts_io``: what hosts are busy with is counted, too; for filters and weighers that look at it.
    """

    counts_io = False

    def __init__(self):
        self.lock, self._reading = threading.RLock(), threading.Lock()
        self.arrays = HostArrays([])
        self._rows: dict = {}
        self._since: datetime.datetime | None = None
        self._full_at: datetime.datetime | None = None
        # The newest heartbeat that was read: it is by the conductors' clocks, which may be behind this one.
        self._heard: datetime.datetime | None = None

    def refresh(self) -> None:
        """Read what has changed."""
        with self._reading:
            at = now()
            whole = self._full_at is None or at - self._full_at > FULL_REFRESH
            since = None if whole else self._since
            with session.reader() as connection:
                rows = hosts_db.changed_since(connection, since)
                seen = {} if whole else hosts_db.heard_since(connection, min(since, self._heard or since))
                io_ops = hosts_db.io_ops(connection) if self.counts_io else None
            with self.lock:
                self._apply(rows, seen, io_ops, whole)
            self._since, self._full_at = at, at if whole else self._full_at
            self._heard = max((*seen.values(), *(row.last_seen_up for row in rows if row.last_seen_up)),
                              default=self._heard)

    def _apply(self, rows, seen, io_ops, whole) -> None:
        changed = [row for row in rows if whole or self._rows.get(row.host) != row]
        new = any(row.host not in self._rows for row in changed)
        if whole:
            self._rows = {}
        self._rows.update((row.host, row) for row in changed)
        if whole or new:
            before, self.arrays = self.arrays, HostArrays(list(self._rows.values()))
            if not whole:                           # a row tells when its host was heard when it was read
                self.arrays.carry_over(before)
        for row in changed:
            self.arrays.put(self.arrays.index[row.host], row)
        self.arrays.heard(seen)
        if io_ops is not None:
            self.arrays.busy_with(io_ops)

    def forget(self, names: Collection[str]) -> None:
        """What was taken of these hosts in memory is not claimed: they are as they were last read."""
        with self.lock:
            for name in set(names) & self._rows.keys():
                position = self.arrays.index[name]
                heard = self.arrays.last_seen[position]
                self.arrays.put(position, self._rows[name])
                self.arrays.last_seen[position] = heard         # before anybody asks who is up
