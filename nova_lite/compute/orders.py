"""The orders that a host works on: which delivery is the newest, and what was reported of it.

A step may be delivered twice, late, or after a newer one; this is where a host finds out.  Kept in memory
only: after a restart the conductor sends every open step again.
"""
import collections
import contextlib
import threading

from nova_lite import exceptions
from nova_lite.models import Order, Report

REMEMBERED = 1024            # newest reports kept, for steps that are delivered again because a report was lost


class OrderBook:
    """One for a compute service; safe for threads."""

    def __init__(self):
        self._lock = threading.Lock()
        self._newest: dict[int, Order] = {}                     # action id -> newest delivery, queued or running
        self._reports: collections.OrderedDict[tuple, Report] = collections.OrderedDict()
        self._void: set[int] = set()                            # action ids whose delivery may not go on
        self._instances: dict[str, list] = {}                   # uuid -> [lock, holders]
        self._doomed: collections.Counter[str] = collections.Counter()
        self._buried: collections.OrderedDict[str, None] = collections.OrderedDict()     # uuids deleted here

    def accept(self, order: Order) -> Report | None:
        """Take a delivery.  Returns the report to repeat when its step is done already.

        Raises StaleOrder when there is nothing to do: an older delivery, or the same step is at work (its
        report will then carry the newest attempt).
        """
        with self._lock:
            running = self._newest.get(order.action_id)
            if running is not None:
                if (running.step, running.attempt) != (order.step, order.attempt) and order.attempt > running.attempt:
                    self._newest[order.action_id] = order
                raise exceptions.StaleOrder(action_id=order.action_id, step=order.step, attempt=order.attempt)
            done = self._reports.get((order.action_id, order.step))
            if done is not None:
                if order.attempt < done.order.attempt:
                    raise exceptions.StaleOrder(action_id=order.action_id, step=order.step, attempt=order.attempt)
                return done.replace(order=order)
            self._newest[order.action_id] = order
            return None

    def finish(self, order: Order, report: Report | None) -> Report | None:
        """The work is over; gives the report with the newest attempt that was delivered meanwhile."""
        with self._lock:
            newest = self._newest.pop(order.action_id, order)
            void = order.action_id in self._void
            self._void.discard(order.action_id)
            if report is None or void:
                return None
            report = report.replace(order=newest)
            # A step that failed is done again when it is delivered again.
            if report.result == "success":
                self._reports[order.action_id, order.step] = report
                while len(self._reports) > REMEMBERED:
                    self._reports.popitem(last=False)
            return report

    def open(self) -> list[Order]:
        """Everything that is queued or running, for the heartbeat."""
        with self._lock:
            return list(self._newest.values())

    def void(self) -> None:
        """Nothing that is queued or running now may touch a guest again, nor be reported: it is another host's by now,
        or will be sent again."""
        with self._lock:
            self._void |= set(self._newest)

    # -- one thing at a time on a server -------------------------------------------------------
    @contextlib.contextmanager
    def instance(self, uuid: str):
        """Hold a server; others wait."""
        with self._lock:
            entry = self._instances.setdefault(uuid, [threading.Lock(), 0])
            entry[1] += 1
        try:
            with entry[0]:
                yield
        finally:
            with self._lock:
                entry[1] -= 1
                if not entry[1]:
                    del self._instances[uuid]

    def busy(self, uuid: str) -> bool:
        """Whether an order is queued or at work on the server."""
        with self._lock:
            return uuid in self._instances or any(o.instance_uuid == uuid for o in self._newest.values())

    @contextlib.contextmanager
    def doomed(self, uuid: str):
        """A delete waits for the server: work on it should stop at its next step (``check_doomed``)."""
        with self._lock:
            self._doomed[uuid] += 1
        try:
            yield
        finally:
            with self._lock:
                self._doomed[uuid] -= 1
                if not self._doomed[uuid]:
                    del self._doomed[uuid]

    def bury(self, uuid: str) -> None:
        """The server was deleted here: a build that was overtaken by its delete must not start."""
        with self._lock:
            self._buried[uuid] = None
            while len(self._buried) > REMEMBERED:
                self._buried.popitem(last=False)

    def check_doomed(self, uuid: str) -> None:
        """Raises BuildAbort when the server is to be deleted, or was, or when its order is void."""
        with self._lock:
            doomed = uuid in self._buried or self._doomed[uuid] > 0
            void = any(o.instance_uuid == uuid and o.action_id in self._void for o in self._newest.values())
        if doomed:
            raise exceptions.BuildAbort(instance_uuid=uuid, reason="the server is being deleted")
        if void:
            raise exceptions.BuildAbort(instance_uuid=uuid, reason="this host has lost its lease")
