"""Load: creates, actions and deletes at a rate, at random, by threads, while the services die under it."""
import dataclasses
import itertools
import random
import threading
import time
import uuid as uuidlib

from tests.chaos.user import Refused, Unanswered

THREADS = 12
# What is asked for, in a hundred: as many deletes as creates, so that the number of servers stays about even.
# Who insists repeats a create with its Idempotency-Key until it is accepted; who only creates takes what comes.
MIX = (("create", 20), ("insist", 20), ("delete", 30), ("os-stop", 6), ("os-start", 6), ("reboot", 8),
       ("pause", 3), ("unpause", 2), ("suspend", 3), ("resume", 2),
       ("resize", 3), ("confirmResize", 2), ("revertResize", 1))
CREATES = ("create", "insist")
FEWEST, MOST = 10, 300          # servers alive, between which the mix holds
PERSISTENCE = 180               # seconds for which a create is repeated


@dataclasses.dataclass
class Counts:
    """Answers of a load: ``accepted`` 2xx, ``refused`` 4xx (409: another action is at work), ``failed`` 5xx, and
    ``unanswered``.  ``seconds`` that it took; ``slowest``: seconds of the slowest that was accepted; ``wrong``: answers
    that are right in no trouble whatever."""

    accepted: int = 0
    refused: int = 0
    failed: int = 0
    unanswered: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    wrong: list[str] = dataclasses.field(default_factory=list)

    @property
    def rate(self) -> float:
        """Requests a second, whatever came of them."""
        return (self.accepted + self.refused + self.failed + self.unanswered) / max(self.seconds, 0.001)


def wrong(refused: Refused) -> str:
    """What is not right about an answer in trouble: nobody is told 5xx but "come again after so many seconds"."""
    if refused.code >= 500 and refused.code != 503:
        return str(refused)
    return "a 503 without Retry-After" if refused.code == 503 and not refused.retry_after else ""


class Load:
    """``with Load(cloud, rate=20) as load:`` it runs; after the block it has ended and ``load.counts`` is known.

    ``rate``: requests a second, as far as the machine carries them; 0: none.
    """

    def __init__(self, cloud, rate: float = 20, seed: int | None = None):
        self._user, self._ledger, self._rate = cloud.user, cloud.ledger, rate
        self._random, self._lock = random.Random(seed), threading.Lock()
        self._numbers, self._next = itertools.count(), 0.0
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work, name=f"load-{number}")
                         for number in range(THREADS if rate else 0)]
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
            self._one(number)

    def _count(self, function, *args, **kwargs):
        """What an accepted request returned.  Raises Refused, Unanswered."""
        result, began, amiss = "accepted", time.monotonic(), ""
        try:
            return function(*args, **kwargs)
        except Refused as refused:
            result, amiss = "failed" if refused.code >= 500 else "refused", wrong(refused)
            raise
        except Unanswered:
            result = "unanswered"
            raise
        finally:
            with self._lock:
                setattr(self.counts, result, getattr(self.counts, result) + 1)
                if result == "accepted":
                    self.counts.slowest = max(self.counts.slowest, time.monotonic() - began)
                if amiss:
                    self.counts.wrong.append(amiss)

    def _one(self, number: int) -> None:
        with self._lock:
            [kind] = self._random.choices([name for name, _ in MIX], [weight for _, weight in MIX])
        living = self._ledger.living()
        try:
            if kind in CREATES and len(living) < MOST or len(living) < FEWEST:
                (self._insist if kind == "insist" else self._create)(f"{self._tag}-{number}")
            elif kind in (*CREATES, "delete"):
                self._delete(self._random.choice(living))
            else:
                self._act(self._random.choice(living), kind)
        except (Refused, Unanswered):
            pass                                        # counted

    def _act(self, uuid: str, kind: str) -> None:
        argument = None
        if kind == "reboot":
            argument = {"type": self._random.choice(["SOFT", "HARD"])}
        elif kind == "resize":
            argument = {"flavorRef": self._user.flavors[self._random.choice(["m1.nano", "m1.tiny"])]}
        request_id = self._count(self._user.act, uuid, kind, argument)
        with self._ledger.lock:
            self._ledger.requests.append((uuid, request_id))

    def _create(self, name: str, key: str | None = None) -> None:
        try:
            uuid, request_id = self._count(self._user.create, name, key=key)
        except (Unanswered, Refused) as error:
            if not isinstance(error, Refused) or error.code >= 500:     # a 5xx, too, may come after the commit
                with self._ledger.lock:
                    self._ledger.unanswered.add(name)
            raise
        with self._ledger.lock:
            self._ledger.created[uuid] = name
            if key is None:                     # a repetition may be told of an earlier request's server
                self._ledger.requests.append((uuid, request_id))

    def _insist(self, name: str) -> None:
        key, until = str(uuidlib.uuid4()), time.monotonic() + PERSISTENCE
        while True:
            try:
                return self._create(name, key=key)
            except (Unanswered, Refused) as error:
                if isinstance(error, Refused) and error.code not in (409, 503):
                    raise
                if time.monotonic() > until:
                    self.counts.wrong.append(f"the create of {name} was not accepted for {PERSISTENCE} s: {error}")
                    raise
            time.sleep(0.3)

    def _delete(self, uuid: str) -> None:
        with self._ledger.lock:
            self._ledger.maybe_deleted.add(uuid)
        self._count(self._user.delete, uuid)
        with self._ledger.lock:
            self._ledger.deleted.add(uuid)

    def _look(self):
        """What a user sees of the servers, once a second."""
        while not self._stop.wait(1):
            try:
                self._ledger.sample(self._user.servers())
            except (Refused, Unanswered):
                pass
