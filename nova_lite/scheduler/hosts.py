"""All hosts in memory, as numpy columns; kept fresh by a change feed, never re-read for a request."""
import datetime
import json
import threading
from collections.abc import Callable

import numpy

from nova_lite.conf import CONF
from nova_lite.db import hosts as hosts_db
from nova_lite.db import session
from nova_lite.trace import now

NUMBERS = ("vcpus_limit", "memory_mb_limit", "local_gb_limit", "vcpus_used", "memory_mb_used", "local_gb_used",
           "running_vms", "failed_builds")
FULL_REFRESH = datetime.timedelta(minutes=10)       # hosts that were deleted leave then


class HostArrays:
    """A snapshot: ``names``, ``nodes``, ``addresses`` are string arrays, the rest one number or flag a host.

    What many hosts have in common is kept once, and asked by ``of_aggregates`` and ``of_kinds``.  ``io_ops``: {host:
    builds, moves and images that it is busy with}.
    """

    def __init__(self, rows, io_ops: dict[str, int] | None = None):
        self.names = numpy.array([row.host for row in rows], dtype=object)
        self.nodes = numpy.array([row.node for row in rows], dtype=object)
        for name in NUMBERS:
            setattr(self, name, numpy.array([getattr(row, name) for row in rows], dtype=numpy.int64))
        self.enabled = numpy.array([not (row.disabled or row.forced_down) for row in rows], dtype=bool)
        self.last_seen = numpy.array([row.last_seen_up.timestamp() if row.last_seen_up else 0.0 for row in rows])
        self.zones = numpy.array([row.availability_zone or CONF.default_availability_zone for row in rows],
                                 dtype=object)
        self.addresses = numpy.array([row.host_ip for row in rows], dtype=object)
        self.io_ops = numpy.array([(io_ops or {}).get(row.host, 0) for row in rows], dtype=numpy.int64)
        self.index = {row.host: position for position, row in enumerate(rows)}
        self._aggregates = _Shared([row.aggregate_metadata or "{}" for row in rows], json.loads)
        self._kinds = _Shared([(row.hypervisor_type, row.hypervisor_version, row.cpu_info, row.supported_instances)
                               for row in rows], _kind)

    def __len__(self) -> int:
        return len(self.names)

    def up(self):
        """Which hosts have been heard of lately and are not out of service."""
        return self.enabled & (now().timestamp() - self.last_seen <= CONF.service_down_time)

    def of_aggregates(self, function: Callable[[dict], object], dtype=bool):
        """``function(metadata)`` for each host; {key: [values]} of all its aggregates."""
        return self._aggregates.each(function, dtype)

    def aggregates_name(self, key: str) -> bool:
        """Whether any host's aggregates have this key."""
        return any(key in metadata for metadata in self._aggregates.distinct)

    def of_kinds(self, function: Callable[[dict], object], dtype=bool):
        """``function(kind)`` for each host: {hypervisor_type, hypervisor_version, cpu_info, supported_instances}."""
        return self._kinds.each(function, dtype)

    def aggregate_metadata(self, position: int) -> dict:
        return self._aggregates.at(position)

    def take(self, position: int, flavor, count: int = 1) -> None:
        """Count a claim (or with a negative count, its return) before the feed tells of it."""
        claim = flavor.claim
        self.vcpus_used[position] += claim.vcpus * count
        self.memory_mb_used[position] += claim.memory_mb * count
        self.local_gb_used[position] += claim.disk_gb * count
        self.running_vms[position] += count
        self.io_ops[position] += count


class _Shared:
    """A value of each host, of which there are few different ones: a function is called once for each of those."""

    def __init__(self, texts, read: Callable):
        codes: dict = {}
        self._codes = numpy.array([codes.setdefault(text, len(codes)) for text in texts], dtype=numpy.int64)
        self.distinct = [read(text) for text in codes]

    def each(self, function: Callable, dtype):
        return numpy.array([function(value) for value in self.distinct], dtype=dtype)[self._codes] \
            if self.distinct else numpy.zeros(0, dtype=dtype)

    def at(self, position: int):
        return self.distinct[self._codes[position]]


def _kind(parts) -> dict:
    kind, version, cpu_info, supported = parts
    return {"hypervisor_type": kind, "hypervisor_version": version, "cpu_info": json.loads(cpu_info or "{}"),
            "supported_instances": json.loads(supported or "[]")}


class HostManager:
    """The newest ``HostArrays``.  ``refresh`` is called every second and after a lost race.

    ``counts_io``: what hosts are busy with is counted, too; for filters and weighers that look at it.
    """

    counts_io = False

    def __init__(self):
        self.lock = threading.RLock()
        self.arrays = HostArrays([])
        self._rows: dict = {}
        self._io_ops: dict[str, int] = {}
        self._since: datetime.datetime | None = None
        self._full_at: datetime.datetime | None = None

    def refresh(self) -> None:
        """Read what has changed."""
        at = now()
        if self._full_at is None or at - self._full_at > FULL_REFRESH:
            self._since, self._full_at = None, at
        with self.lock:
            with session.reader() as connection:
                rows = hosts_db.changed_since(connection, self._since)
                io_ops = hosts_db.io_ops(connection) if self.counts_io else {}
            if self._since is None:
                self._rows = {}
            changed = {row.host: row for row in rows if self._rows.get(row.host) != row}
            if changed or self._since is None or io_ops != self._io_ops:
                self._rows.update(changed)
                self._io_ops = io_ops
                self.arrays = HostArrays(list(self._rows.values()), io_ops)
            self._since = at
