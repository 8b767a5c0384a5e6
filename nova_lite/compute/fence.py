"""Self-fencing: a host that no conductor confirms any more stops its guests, so that others may do its work.

It is a promise: the host tells its [compute] fence_after to the database when it registers, and whoever moves work
counts on it (``db.services.is_fenced``).  So it holds whatever happens to this process.  The second when the lease ends
is kept in a file, on the clock that runs since the machine's boot: a service that was killed goes on with it when it is
started again, also when the option was changed meanwhile, and ``cmd.fence_guard``, a process of its own, stops the
guests when this one is dead or frozen.
"""
import concurrent.futures
import dataclasses
import logging
import os
import pathlib
import threading
import time

from nova_lite import states
from nova_lite.compute.orders import OrderBook
from nova_lite.conf import CONF
from nova_lite.periodic import Periodic
from nova_lite.virt.driver import ComputeDriver

LOG = logging.getLogger(__name__)
LOOK_EVERY = 1.0             # seconds
AT_ONCE = 16                 # guests that are stopped side by side: one takes about a second
BOOT_ID = pathlib.Path("/proc/sys/kernel/random/boot_id")


def clock() -> float:
    """Seconds since the machine's boot, those in which it slept included: the same in all its processes."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclasses.dataclass(frozen=True)
class Lease:
    """``end``: second of ``clock``; None: never, the guests may run for ever.  ``closed``: the service has seen it.

    ``process``: the service's, by number and second of start (a number may be another's after its death).
    """

    end: float | None = None
    closed: bool = False
    process: tuple[int, str] | None = dataclasses.field(default=None, compare=False)

    def is_over(self) -> bool:
        return self.end is not None and clock() >= self.end


def path(host: str) -> pathlib.Path:
    return pathlib.Path(CONF.state_path) / f"{host}.lease"


def read(host: str) -> Lease:
    """What the file says; of an earlier boot no guest is left."""
    try:
        boot, end, state, pid, started_at = path(host).read_text().split()
    except FileNotFoundError:
        return Lease()
    except ValueError:                          # cut off by a full disk: over, to be safe
        return Lease(0.0)
    if boot != BOOT_ID.read_text().strip():
        return Lease()
    return Lease(float(end), state == "closed", (int(pid), started_at))


def started(pid: int) -> str | None:
    """When a process was started (ticks since the boot: field 22 of proc(5)'s stat); None: there is none."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (FileNotFoundError, ProcessLookupError):
        return None


def write(host: str, lease: Lease) -> None:
    """Of this process."""
    if lease.end is None:
        path(host).unlink(missing_ok=True)
        return
    part = path(host).with_suffix(".lease.part")
    part.write_text(f"{BOOT_ID.read_text().strip()} {lease.end:.3f} {'closed' if lease.closed else 'open'} "
                    f"{os.getpid()} {started(os.getpid())}")
    os.replace(part, path(host))


def stop_guests(driver: ComputeDriver) -> int:
    """Pull the plug of all that run; how many did.  What cannot be stopped is logged; the caller repeats it."""
    running = [guest for guest in driver.guests() if guest.power_state not in (states.SHUTDOWN, states.CRASHED)]
    if not running:
        return 0
    LOG.critical("the lease of this host is over: its %d guests are stopped", len(running))
    with concurrent.futures.ThreadPoolExecutor(min(AT_ONCE, len(running)), "fence") as pool:
        stopped = {guest.uuid: pool.submit(driver.switch_off, guest.uuid) for guest in running}
    for uuid, result in stopped.items():
        if result.exception() is not None:
            LOG.error("guest %s could not be stopped: %s", uuid, result.exception())
    return len(running)


class Fence:
    """While it is closed nothing of this host runs and no order is taken."""

    def __init__(self, host: str, driver: ComputeDriver, orders: OrderBook):
        self._host, self._driver, self._orders = host, driver, orders
        self._lock = threading.Lock()
        self._lease = Lease()
        self._watch: Periodic | None = None

    def start(self) -> None:
        """Keep the promise, if there is one: also that of the service that ran here before."""
        self._lease = Lease(read(self._host).end)
        if CONF.compute.fence_after or self._lease.end is not None:
            self._watch = Periodic("fence", self.look, lambda: LOOK_EVERY).start()

    def stop(self) -> None:
        if self._watch is not None:
            self._watch.stop()

    def closed(self) -> bool:
        """Also when this process slept and has just woken up: nobody may go on with what he had in his hands."""
        with self._lock:
            if self._lease.is_over() and not self._lease.closed:
                self._lease = Lease(self._lease.end, closed=True)
                self._orders.void()
                LOG.critical("no conductor has confirmed this host for too long ([compute] fence_after): it is fenced, "
                             "runs nothing and takes no orders until it is heard again")
                write(self._host, self._lease)
            return self._lease.closed

    def look(self) -> None:
        """Close it when the lease is over; while it is closed, stop what runs."""
        if self.closed():
            stop_guests(self._driver)

    def renew(self, asked_at: float) -> None:
        """A conductor has confirmed what was sent at ``asked_at`` (of ``clock``); a closed fence stays closed."""
        if not self.closed():
            self.open(asked_at)

    def open(self, asked_at: float) -> None:
        """What is this host's was asked at ``asked_at``, and what is not is gone: it serves (again)."""
        lease = Lease(asked_at + CONF.compute.fence_after if CONF.compute.fence_after else None)
        with self._lock:
            if not lease.is_over():             # else that took longer than the lease: once more
                write(self._host, lease)        # first: what the guard does not know does not hold
                self._lease = lease

    def lift(self) -> None:
        """The promise is taken back."""
        with self._lock:
            self._lease = Lease()
            write(self._host, self._lease)
