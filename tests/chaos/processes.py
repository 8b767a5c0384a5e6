"""What is done to a cloud's processes while it works.  Each fault returns how many processes it hit."""
import concurrent.futures
import contextlib
import os
import random
import signal
import time
from collections.abc import Iterable

import psutil

from tests.chaos.cloud import LONGER_THAN_ANY_DEADLINE, SERVICES, Cloud
from tests.chaos.ways import Way, reachable
from tests.places import Place

SECONDS = 60            # within which a process comes to an armed place


def victim(cloud: Cloud, rng: random.Random, service: str) -> int:
    """A process of the service; waits until there is one again."""
    until = time.monotonic() + SECONDS
    while not (pids := cloud.deployment.pids(service)):
        assert time.monotonic() < until, f"no process of {service} was started again:\n{cloud.deployment.logs()}"
        time.sleep(0.02)
    return rng.choice(pids)


def send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):       # it was killed a moment ago
        os.kill(pid, number)


def kill_one(cloud: Cloud, rng: random.Random, services=SERVICES) -> int:
    """One process of a random service."""
    send(victim(cloud, rng, rng.choice(services)), signal.SIGKILL)
    return 1


def kill_several(cloud: Cloud, rng: random.Random, services=SERVICES) -> int:
    """One process each of two or more services, at once."""
    chosen = [victim(cloud, rng, service) for service in rng.sample(services, rng.randint(2, len(services)))]
    for pid in chosen:
        send(pid, signal.SIGKILL)
    return len(chosen)


def kill_again_and_again(cloud: Cloud, rng: random.Random) -> int:
    """The same service whenever it has come back, five times."""
    service = rng.choice(SERVICES)
    for _ in range(5):
        send(victim(cloud, rng, service), signal.SIGKILL)
        time.sleep(rng.uniform(0, 1))
    return 5


def kill_at(cloud: Cloud, place: Place) -> Way:
    """At a fail-point of a workflow, by whoever comes there first; the way that was walked there."""
    return _kill_on(cloud, Way(place.way, cloud.user, cloud.ledger).prepare(), place)


def _kill_on(cloud: Cloud, way: Way, place: Place) -> Way:
    # a twin may be who comes there, or who is started again meanwhile; an attachment is answered seconds after that
    seen = {process.pid for process in cloud.deployment.processes()}
    armed = cloud.deployment.arm(str(place))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        asked = pool.submit(way.ask)
        until = time.monotonic() + SECONDS
        while armed.exists() or not cloud.dead(seen):
            seen.update(process.pid for process in cloud.deployment.processes())
            if asked.done():
                asked.result()          # raises what it raised
            assert time.monotonic() < until, (
                f"nothing came to {place}" if armed.exists() else f"{place} killed nobody")
            time.sleep(0.02)
        asked.result()
    return way


def kill_at_a_place(cloud: Cloud, rng: random.Random) -> int:
    """At any place of the workflows."""
    kill_at(cloud, rng.choice(reachable()))
    return 1


def kill_the_supervisor(cloud: Cloud, rng: random.Random) -> int:
    """And start it again once its services have seen that and are gone, as systemd would."""
    cloud.deployment.kill_supervisor()
    cloud.deployment.start()
    return 1


def stop_one(cloud: Cloud, rng: random.Random) -> int:
    """SIGSTOP for longer than every deadline, then SIGCONT: it goes on with what it had in hand.

    Of conductors and schedulers there are two, or nobody would be there to go on without it.
    """
    pid = victim(cloud, rng, rng.choice(SERVICES))
    send(pid, signal.SIGSTOP)
    time.sleep(LONGER_THAN_ANY_DEADLINE)
    send(pid, signal.SIGCONT)
    return 1


def stopped(cloud: Cloud, seconds: float = SECONDS) -> psutil.Process:
    """The process that obeyed a ``stop``."""
    until = time.monotonic() + seconds
    while True:
        for process in cloud.deployment.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                if process.status() == psutil.STATUS_STOPPED:
                    return process
        assert time.monotonic() < until, "nobody was stopped"
        time.sleep(0.02)


def storm(cloud: Cloud, rng: random.Random, seconds: float = 20) -> int:
    """A random service, now and then several, every 1-5 s."""
    until, hits = time.monotonic() + seconds, 0
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, rng.uniform(1, 5)))
        hits += kill_several(cloud, rng) if rng.random() < 0.2 else kill_one(cloud, rng)
    return hits


def kill_and_rest(cloud: Cloud, places: Iterable[Place]) -> None:
    """Kill at one place after the other, while what was killed before recovers; nothing may be wrong at rest."""
    ways = [Way(place.way, cloud.user, cloud.ledger) for place in places]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(Way.prepare, ways))
    for way, place in zip(ways, places, strict=True):
        _kill_on(cloud, way, place)
    for way in ways:
        way.arrive()
    _seconds, found = cloud.witness.rest(cloud.ledger)
    assert not found, "\n".join(map(str, found)) + "\n" + cloud.deployment.logs()
