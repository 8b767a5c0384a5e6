"""Work of several threads that is cheaper when it is done at once: claims, reports, messages.

Whoever finds nobody at it does the work of all who wait, once, and hands over: one thread alone waits for nobody.
"""
import threading
from collections.abc import Callable, Hashable, Sequence

_ALL = 1 << 30


class Waiting:
    """A thread's ``item``; who does the work sets its ``result`` or its ``error``."""

    def __init__(self, item):
        self.item, self.turn, self.leads = item, threading.Event(), False
        self.result = None
        self.error: Exception | None = None

    def outcome(self):
        """The result, or the error is raised."""
        if self.error is not None:
            raise self.error
        return self.result


class Together:
    """``work(waiting)`` gets the items of at most ``most`` in all by ``size(item)``, or a single one of any size.

    ``patience``: seconds that an item waits for others' work to end before its thread works on it by itself; None: for
    ever.
    """

    def __init__(self, work: Callable[[list[Waiting]], None], most: int, size: Callable = lambda item: 1,
                 patience: float | None = None):
        self._work, self._most, self._size, self._patience = work, most, size, patience
        self._lock = threading.Lock()
        self._waiting: list[Waiting] = []
        self._busy = False

    def do(self, item):
        """The item's result, or its error is raised."""
        return self.do_all([item])[0].outcome()

    def do_all(self, items: Sequence) -> list[Waiting]:
        """Those of one thread: each has its result or its error."""
        mine = [Waiting(item) for item in items]
        with self._lock:
            for first in mine[:1]:
                first.leads, self._busy = not self._busy, True
            self._waiting += mine
        for one in mine:
            if not one.leads and not one.turn.wait(self._patience):
                self._alone(one)
            if one.leads:
                self._lead()
        return mine

    def _alone(self, one: Waiting) -> None:
        """It waits no longer, unless somebody is at work on it."""
        with self._lock:
            waits = one in self._waiting and not one.leads
            if waits:
                self._waiting.remove(one)
        if waits:
            self._work_on([one])
        else:
            one.turn.wait()

    def _lead(self) -> None:
        """The work of the first who wait, oneself among them; then the next one's turn has come."""
        with self._lock:
            batch, size = [], 0
            while self._waiting and (not batch or size + self._size(self._waiting[0].item) <= self._most):
                batch.append(self._waiting.pop(0))
                size += self._size(batch[-1].item)
        self._work_on(batch)
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._busy = following is not None
            if following is not None:
                following.leads = True
        for one in batch:
            one.turn.set()
        if following is not None:
            following.turn.set()

    def _work_on(self, batch: list[Waiting]) -> None:
        try:
            self._work(batch)
        except BaseException as error:                  # whoever waits must not wait for ever
            for one in batch:
                one.error = error


class Asked:
    """Questions that several threads ask at once, asked once for all of them.

    An answer is never older than the question: who comes while one is asked waits for its end, and then one thread
    asks for all who wait.
    """

    def __init__(self):
        self._lock = threading.Lock()
        self._keys: dict[Hashable, list] = {}               # key -> [Together, threads that use it]

    def ask(self, key: Hashable, question: Callable[[], object]):
        """The question's answer, or its error is raised.  ``key``: who has the same has the same question."""
        with self._lock:
            entry = self._keys.setdefault(key, [None, 0])
            entry[0] = entry[0] or Together(_ask_first, _ALL)
            entry[1] += 1
        try:
            return entry[0].do(question)
        finally:
            with self._lock:
                entry[1] -= 1
                if not entry[1]:
                    del self._keys[key]


def _ask_first(batch: list[Waiting]) -> None:
    answer = batch[0].item()
    for one in batch:
        one.result = answer
