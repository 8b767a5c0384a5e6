"""Sends what the outbox holds, in order, at least once.  One conductor at a time does, whichever has the lease."""
import logging
import time
import uuid

from nova_lite import metrics
from nova_lite.conf import CONF
from nova_lite.context import RequestContext
from nova_lite.db import leases, notifications, session
from nova_lite.rpc.notifier import Message, Notifier

LOG = logging.getLogger(__name__)
LEASE, BATCH, NAME = 30, 100, "notifications"           # seconds; rows; the lease's name


class Drain:
    """Called every [notifications] drain_interval seconds."""

    def __init__(self, notifier: Notifier):
        self.notifier = notifier
        self.holder = f"{CONF.host}:{uuid.uuid4().hex[:8]}"
        self._held = False

    def drain(self) -> int:
        """Send all that is there; how many that were.  Raises ServiceUnavailable when the bus does not take one: it
        and those behind it stay."""
        total = 0
        while True:
            with session.reader() as connection:
                rows = notifications.oldest(connection, BATCH)
            if not rows:
                return total
            until = time.monotonic() + LEASE
            if not session.transaction(leases.take)(NAME, self.holder, LEASE):
                return total                    # another conductor's turn
            self._held = True
            with session.reader() as connection:        # as they are now that nobody else sends them
                rows = notifications.oldest(connection, BATCH)
            total += self._send(rows, until)

    def _send(self, rows, until: float) -> int:
        sent: list[int] = []
        try:
            for row in rows:
                if time.monotonic() > until - LEASE / 2:       # a slow bus: the lease comes first
                    break
                self.notifier.send(self._context(row), Message(
                    row.message_id, row.publisher_id, row.event_type, row.priority, row.payload,
                    str(row.created_at)))
                sent.append(row.id)
        finally:
            if sent:
                session.transaction(notifications.sent)(sent)
                metrics.NOTIFICATIONS.inc(len(sent))
        return len(sent)

    @staticmethod
    def _context(row) -> RequestContext:
        return RequestContext(overwrite=False, **{key: value for key, value in row.initiator.items() if value})

    def stop(self) -> None:
        """Another conductor may go on at once."""
        if self._held:
            session.transaction(leases.give_back)(NAME, self.holder)
