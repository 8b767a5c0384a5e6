"""Work of several threads that is cheaper when it is done at once: claims and reports share transactions.

Whoever finds nobody at it does the work of all who wait, once, and hands over: one thread alone waits for nobody.
"""
import threading
from collections.abc import Callable


class Waiting:
    """A thread's ``item``; who does the work sets its ``result`` or its ``error``."""

    def __init__(self, item):
        self.item, self.turn, self.leads = item, threading.Event(), False
        self.result = None
        self.error: Exception | None = None


class Together:
    """``work(waiting)`` gets the items of at most ``most`` in all by ``size(item)``, or a single one of any size."""

    def __init__(self, work: Callable[[list[Waiting]], None], most: int, size: Callable = lambda item: 1):
        self._work, self._most, self._size = work, most, size
        self._lock = threading.Lock()
        self._waiting: list[Waiting] = []
        self._busy = False

    def do(self, item):
        """The item's result, or its error is raised."""
        mine = Waiting(item)
        with self._lock:
            self._waiting.append(mine)
            mine.leads, self._busy = not self._busy, True
        if not mine.leads:
            mine.turn.wait()
        if mine.leads:
            self._lead()
        if mine.error is not None:
            raise mine.error
        return mine.result

    def _lead(self) -> None:
        """The work of the first who wait, oneself among them; then the next one's turn has come."""
        with self._lock:
            batch, size = [], 0
            while self._waiting and (not batch or size + self._size(self._waiting[0].item) <= self._most):
                batch.append(self._waiting.pop(0))
                size += self._size(batch[-1].item)
        try:
            self._work(batch)
        except BaseException as error:
            for one in batch[1:]:
                one.error = error
            raise
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
            for one in batch:
                one.turn.set()
            if following is not None:
                following.leads = True
                following.turn.set()
