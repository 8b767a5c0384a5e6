"""The threads of an RPC server: as many as there is work at the same time, and none that rests for long."""
import concurrent.futures
import threading
import weakref
from collections.abc import Callable

FEW = 4                         # that may stay

_all: "weakref.WeakSet[Executor]" = weakref.WeakSet()


class Executor(concurrent.futures.Executor):
    """Starts a thread when all others have work, at most ``max_workers``.

    The executor that oslo.messaging takes by itself, futurist's, starts a thread for each message until there are as
    many as there may be, and each looks every second whether it should end.  Python's keeps all it has ever started;
    here they end together when none has work (``let_go``): each is 50 KB.
    """

    def __init__(self, max_workers: int):
        self._most, self._lock, self._busy, self._ended = max_workers, threading.Lock(), 0, False
        self._pool = concurrent.futures.ThreadPoolExecutor(max_workers)
        self._recently = 0                              # most at the same time since ``let_go``
        _all.add(self)

    def submit(self, function: Callable, /, *arguments, **options) -> concurrent.futures.Future:
        """Raises RuntimeError after ``shutdown``."""
        with self._lock:
            future = self._pool.submit(function, *arguments, **options)
            self._busy += 1
            self._recently = max(self._recently, self._busy)
        future.add_done_callback(self._done)
        return future

    def let_go(self) -> bool:
        """Let all threads end, if none has work and they are more than a FEW: others are started for what comes."""
        with self._lock:
            if self._busy or self._ended or self._recently <= FEW:
                return False
            old, self._pool = self._pool, concurrent.futures.ThreadPoolExecutor(self._most)
            self._recently = 0
        old.shutdown(wait=False)
        return True

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        with self._lock:
            self._ended, pool = True, self._pool
        pool.shutdown(wait, cancel_futures=cancel_futures)

    def _done(self, _future) -> None:
        with self._lock:
            self._busy -= 1


def let_go() -> None:
    """Of all servers of this process."""
    for executor in list(_all):
        executor.let_go()
