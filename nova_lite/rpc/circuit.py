"""Whether the broker is known to be away: then nobody waits for it in vain.

oslo.messaging takes 2 to 5 seconds to give a message up, each time.  The first message that fails has the broker
looked at; while it does not answer nothing more is tried, and a thread looks until it is back.
"""
import logging
import threading
import time
from collections.abc import Callable

LOG = logging.getLogger(__name__)
LOOK = 0.5                      # seconds between looks


class Circuit:
    """``look()`` raises while the broker does not answer.  Safe for threads; one a process."""

    def __init__(self, look: Callable[[], None]):
        self._look, self._lock = look, threading.Lock()
        self._back = threading.Event()
        self._back.set()

    @property
    def is_open(self) -> bool:
        """The broker is known to be away."""
        return not self._back.is_set()

    def failed(self) -> bool:
        """A message could not be sent.  True when the broker is away, false when another try may help."""
        with self._lock:                # of many that fail at once one looks
            if self._back.is_set() and (problem := self._problem()):
                LOG.error("messages wait until the broker is back: %s", problem)
                self._back.clear()
                threading.Thread(target=self._wait, name="broker", daemon=True).start()
        return self.is_open

    def _wait(self):
        while self._problem():
            time.sleep(LOOK)
        LOG.warning("the broker is back")
        self._back.set()

    def _problem(self) -> Exception | None:
        try:
            self._look()
        except Exception as problem:
            return problem
        return None
