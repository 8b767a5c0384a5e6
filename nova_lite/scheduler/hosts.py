"""All hosts in memory, as numpy columns; kept fresh by a change feed, never re-read for a request."""
import datetime
import threading

import numpy

from nova_lite.conf import CONF
from nova_lite.db import hosts as hosts_db
from nova_lite.db import session
from nova_lite.trace import now

NUMBERS = ("vcpus_limit", "memory_mb_limit", "local_gb_limit", "vcpus_used", "memory_mb_used", "local_gb_used",
           "running_vms", "failed_builds")
FULL_REFRESH = datetime.timedelta(minutes=10)       # hosts that were deleted leave then


class HostArrays:
    """A snapshot: ``names`` and ``nodes`` are string arrays, the rest one number or flag a host."""

    def __init__(self, rows):
        self.names = numpy.array([row.host for row in rows], dtype=object)
        self.nodes = numpy.array([row.node for row in rows], dtype=object)
        for name in NUMBERS:
            setattr(self, name, numpy.array([getattr(row, name) for row in rows], dtype=numpy.int64))
        self.enabled = numpy.array([not (row.disabled or row.forced_down) for row in rows], dtype=bool)
        self.last_seen = numpy.array([row.last_seen_up.timestamp() if row.last_seen_up else 0.0 for row in rows])
        self.zones = numpy.array([row.availability_zone or CONF.default_availability_zone for row in rows],
                                 dtype=object)
        self.index = {row.host: position for position, row in enumerate(rows)}

    def __len__(self) -> int:
        return len(self.names)

    def up(self):
        """Which hosts have been heard of lately and are not out of service."""
        return self.enabled & (now().timestamp() - self.last_seen <= CONF.service_down_time)

    def take(self, position: int, flavor, count: int = 1) -> None:
        """Count a claim (or with a negative count, its return) before the feed tells of it."""
        self.vcpus_used[position] += flavor.vcpus * count
        self.memory_mb_used[position] += flavor.memory_mb * count
        self.local_gb_used[position] += flavor.disk_gb * count
        self.running_vms[position] += count


class HostManager:
    """The newest ``HostArrays``.  ``refresh`` is called every second and after a lost race."""

    def __init__(self):
        self.lock = threading.RLock()
        self.arrays = HostArrays([])
        self._rows: dict = {}
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
            if self._since is None:
                self._rows = {}
            changed = {row.host: row for row in rows if self._rows.get(row.host) != row}
            if changed or self._since is None:
                self._rows.update(changed)
                self.arrays = HostArrays(list(self._rows.values()))
            self._since = at
