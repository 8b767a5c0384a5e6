"""Work that a service does again and again, each in a thread of its own."""
import logging
import random
import threading
from collections.abc import Callable

LOG = logging.getLogger(__name__)


class ClockThread(threading.Thread):
    """A thread whose work nobody has asked for."""


def origin() -> str:
    """Who wants what this thread does: ``clock``, or a ``request``."""
    return "clock" if isinstance(threading.current_thread(), ClockThread) else "request"


class Periodic:
    """Calls ``function`` every ``interval()`` seconds (jittered by a tenth) until ``stop``; errors are logged."""

    def __init__(self, name: str, function: Callable[[], object], interval: Callable[[], float]):
        self._function, self._interval = function, interval
        self._stop, self._wake = threading.Event(), threading.Event()
        self._thread = ClockThread(target=self._run, name=name, daemon=True)

    def start(self) -> "Periodic":
        self._thread.start()
        return self

    def wake(self) -> None:
        """Do it now."""
        self._wake.set()

    def stop(self, wait: float = 5) -> None:
        """``wait``: seconds for what is at work; 0 if it may be the caller."""
        self._stop.set()
        self._wake.set()
        if wait:
            self._thread.join(wait)

    def _run(self):
        while not self._stop.is_set():
            try:
                self._function()
            except Exception as error:
                LOG.error("%s failed and will be tried again: %s: %s", self._thread.name, type(error).__name__, error)
            self._wake.wait(self._interval() * random.uniform(0.9, 1.0))
            self._wake.clear()
