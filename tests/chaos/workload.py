"""Load: creates, actions and deletes at a rate, at random, by threads, while the services die under it."""
import dataclasses
import itertools
import random
import threading
import time

from tests.chaos.user import Refused, Unanswered

THREADS = 12
# What is asked for, in a hundred: as many deletes as creates, so that the number of servers stays about even.
MIX = (("create", 40), ("delete", 30), ("os-stop", 8), ("os-start", 8), ("reboot", 14))
FEWEST, MOST = 10, 300          # servers alive, between which the mix holds


@dataclasses.dataclass
class Counts:
    """Answers of a load: ``accepted`` 2xx, ``refused`` 4xx (409: another action is at work), ``failed`` 5xx, and
    ``unanswered``.  ``seconds`` that it took."""

    accepted: int = 0
    refused: int = 0
    failed: int = 0
    unanswered: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Requests a second, whatever came of them."""
        return (self.accepted + self.refused + self.failed + self.unanswered) / max(self.seconds, 0.001)


class Load:
    """``with Load(cloud, rate=20) as load:`` it runs; after the block it has ended and ``load.counts`` is known.

    ``rate``: requests a second, as far as the machine carries them.
    """

    def __init__(self, cloud, rate: float = 20, seed: int | None = None):
        self._user, self._ledger, self._rate = cloud.user, cloud.ledger, rate
        self._random, self._lock = random.Random(seed), threading.Lock()
        self._numbers, self._next = itertools.count(), 0.0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, name=f"load-{number}") for number in range(THREADS)]
        self._threads.append(threading.Thread(target=self._look, name="load-look"))
        self._tag = f"load-{random.getrandbits(32):08x}"
        self.counts = Counts()

    def __enter__(self) -> "Load":
        self._began = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc_info):
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self.counts.seconds = time.monotonic() - self._began

    def _work(self):
        while not self._stop.is_set():
            with self._lock:
                # Nobody catches up on what an outage has cost: the load is so many a second, not so many in all.
                at = max(self._next, time.monotonic())
                self._next, number = at + 1 / self._rate, next(self._numbers)
            if self._stop.wait(max(0.0, at - time.monotonic())):
                return
            self._count(self._one, number)

    def _count(self, function, *args):
        result = "accepted"
        try:
            function(*args)
        except Refused as refused:
            result = "failed" if refused.code >= 500 else "refused"
        except Unanswered:
            result = "unanswered"
        with self._lock:
            setattr(self.counts, result, getattr(self.counts, result) + 1)

    def _one(self, number: int) -> None:
        with self._lock:
            [kind] = self._random.choices([name for name, _ in MIX], [weight for _, weight in MIX])
        living = self._ledger.living()
        if kind == "create" and len(living) < MOST or len(living) < FEWEST:
            self._create(f"{self._tag}-{number}")
        elif kind in ("create", "delete"):
            self._delete(self._random.choice(living))
        else:
            uuid = self._random.choice(living)
            request_id = self._user.act(uuid, kind, {"type": self._random.choice(["SOFT", "HARD"])}
                                        if kind == "reboot" else None)
            with self._ledger.lock:
                self._ledger.requests.append((uuid, request_id))

    def _create(self, name: str) -> None:
        try:
            uuid, request_id = self._user.create(name)
        except (Unanswered, Refused) as error:
            if not isinstance(error, Refused) or error.code >= 500:     # a 5xx, too, may come after the commit
                with self._ledger.lock:
                    self._ledger.unanswered.add(name)
            raise
        with self._ledger.lock:
            self._ledger.created[uuid] = name
            self._ledger.requests.append((uuid, request_id))

    def _delete(self, uuid: str) -> None:
        with self._ledger.lock:
            self._ledger.maybe_deleted.add(uuid)
        self._user.delete(uuid)
        with self._ledger.lock:
            self._ledger.deleted.add(uuid)

    def _look(self):
        """What a user sees of the servers, once a second."""
        while not self._stop.wait(1):
            try:
                self._ledger.sample(self._user.servers())
            except (Refused, Unanswered):
                pass
