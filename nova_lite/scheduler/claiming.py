"""Claims of requests that are scheduled at the same moment share a transaction, since a commit costs what ten do.

Whoever finds nobody at it makes the claims of all who wait, once, and hands over: one request alone waits for nobody.
A batch is all or nothing; when it cannot be, each of its requests is claimed by itself.
"""
import threading

from nova_lite import metrics
from nova_lite.db import claims, session
from nova_lite.db.claims import Wanted
from nova_lite.models import Selection

MOST = 64                       # servers of one transaction, unless one request is for more


class _Waiting:
    def __init__(self, wanted: Wanted):
        self.wanted, self.turn, self.leads = wanted, threading.Event(), False
        self.selections: list[Selection] | None = None
        self.error: Exception | None = None


class Claiming:
    """Of one scheduler process."""

    def __init__(self):
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._busy = False

    def claim(self, wanted: Wanted) -> list[Selection]:
        """Raises what ``db.claims.claim`` raises, and ServiceUnavailable."""
        if wanted.spec.moves or wanted.spec.group is not None:        # these look at more rows, and lock them
            return session.transaction(claims.claim)(*wanted)
        mine = _Waiting(wanted)
        with self._lock:
            self._waiting.append(mine)
            mine.leads, self._busy = not self._busy, True
        if not mine.leads:
            mine.turn.wait()
        if mine.leads:
            self._lead()
        if mine.error is not None:
            raise mine.error
        return mine.selections

    def _lead(self) -> None:
        """Make the claims of the first who wait, oneself among them; then the next one's turn has come."""
        with self._lock:
            batch, servers = [], 0
            while self._waiting and (not batch or servers + len(self._waiting[0].wanted.placements) <= MOST):
                batch.append(self._waiting.pop(0))
                servers += len(batch[-1].wanted.placements)
        try:
            _claim(batch)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
            for one in batch:
                one.turn.set()
            if following is not None:
                following.leads = True
                following.turn.set()


def _claim(batch: list[_Waiting]) -> None:
    try:
        made = session.transaction(claims.claim_all)([one.wanted for one in batch])
    except (claims.HostFull, claims.OrdersGone) as error:
        if len(batch) == 1:
            batch[0].error = error
            return
        metrics.CLAIMS.labels("batch_undone").inc()
        for one in batch:
            _claim([one])
    except Exception as error:
        for one in batch:
            one.error = error
    else:
        for one, selections in zip(batch, made, strict=True):
            one.selections = selections
