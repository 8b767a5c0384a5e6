"""The sweeper: no step outlives its lease.  One in every conductor; they share the work by compare-and-swap."""
import logging
import time

from nova_lite import exceptions, metrics, rpc
from nova_lite.conductor.engine import Engine
from nova_lite.conf import CONF
from nova_lite.db import actions, session

LOG = logging.getLogger(__name__)


class Sweeper:
    """Called every [workflow] sweep_interval seconds.

    While the broker is away nothing is sent, so nothing is given up either: orders wait.  For [DEFAULT]
    service_down_time after its return, the database's or this conductor's start a host that has not been heard of
    is not taken for dead: its heartbeats could not come, or not be written.
    """

    def __init__(self, engine: Engine):
        self.engine = engine
        self.reachable_since: float | None = time.monotonic()
        self._database_was_away = False

    def sweep(self) -> int:
        """Look once; how many overdue orders were found and sent again or undone."""
        try:
            with session.reader() as connection:
                found = actions.overdue(connection)
        except exceptions.ServiceUnavailable:
            self.reachable_since = None
            self._database_was_away = True
            raise
        if self._database_was_away:             # reports and heartbeats that waited for it are written first
            self._database_was_away = False
            return 0
        waiting = bool(found) and not self._broker_is_there()
        metrics.SWEEPS.labels("waiting" if waiting else "found" if found else "nothing").inc()
        if not found or waiting:
            return 0
        patient = time.monotonic() - self.reachable_since < CONF.service_down_time
        self.engine.redrive(found, "its lease has run out", patient=patient)
        return len(found)

    def _broker_is_there(self) -> bool:
        try:
            rpc.check()
        except exceptions.NovaLiteError as error:
            LOG.warning("overdue orders wait: %s", error)
            self.reachable_since = None
            return False
        if self.reachable_since is None:
            self.reachable_since = time.monotonic()
        return True
