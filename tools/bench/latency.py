"""Requests side by side, and how long they took."""
import concurrent.futures
import dataclasses
import statistics
import threading
import time
from collections.abc import Callable, Iterable

from tools.bench.endpoint import Refused

_END = object()


@dataclasses.dataclass
class Latencies:
    """``seconds`` of each answer, ``wall`` seconds of all of them, and what was ``refused``."""

    seconds: list[float] = dataclasses.field(default_factory=list)
    wall: float = 0.0
    refused: list[str] = dataclasses.field(default_factory=list)

    def percentile(self, percent: int) -> float | None:
        """Seconds; None when nothing was answered."""
        if len(self.seconds) < 2:
            return self.seconds[0] if self.seconds else None
        return statistics.quantiles(self.seconds, n=100, method="inclusive")[percent - 1]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.wall if self.wall else 0.0

    def to_dict(self) -> dict:
        """Milliseconds, and answers a second."""
        milliseconds = {name: round(1000 * self.percentile(percent), 2) if self.seconds else None
                        for name, percent in (("p50_ms", 50), ("p99_ms", 99))}
        return {"answers": len(self.seconds), **milliseconds, "rate": round(self.rate, 2),
                "refused": len(self.refused), "first_refused": self.refused[:3]}


def measure(request: Callable[[object], float], items: Iterable, concurrency: int,
            limit: float = float("inf")) -> Latencies:
    """``request(item)``, which returns its seconds, for each item by ``concurrency`` threads.

    ``limit``: seconds after which none is begun.
    """
    found, lock, queue = Latencies(), threading.Lock(), iter(items)
    began = time.perf_counter()

    def work():
        while time.perf_counter() - began < limit:
            with lock:
                item = next(queue, _END)
            if item is _END:
                return
            try:
                seconds = request(item)
            except Refused as error:
                with lock:
                    found.refused.append(str(error))
            else:
                with lock:
                    found.seconds.append(seconds)

    with concurrent.futures.ThreadPoolExecutor(concurrency) as pool:
        for done in [pool.submit(work) for _ in range(concurrency)]:
            done.result()
    found.wall = time.perf_counter() - began
    return found


def paced(request: Callable[[object], float], items: Iterable, rate: float, concurrency: int = 64) -> Latencies:
    """``request(item)`` for each item, ``rate`` of them a second, whether or not those before are answered.

    A latency counts from when a request was due: one that had to wait for a free thread has waited for its answer.
    """
    found, lock = Latencies(), threading.Lock()
    began = time.perf_counter()

    def one(item, due):
        try:
            request(item)
        except Refused as error:
            with lock:
                found.refused.append(str(error))
        else:
            with lock:
                found.seconds.append(time.perf_counter() - due)

    with concurrent.futures.ThreadPoolExecutor(concurrency) as pool:
        for number, item in enumerate(items):
            due = began + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            pool.submit(one, item, due)
    found.wall = time.perf_counter() - began
    return found
