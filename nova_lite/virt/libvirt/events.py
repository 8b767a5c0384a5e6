"""Guests that change by themselves: libvirt's events, told to the compute service.

An event is only a hint to look.  A moment later (so that a stop and start, which is a reboot, looks like
nothing) the guest's state is compared with the one that was last told or ordered; a difference is
reported.  So events may come late, twice, or not at all while libvirtd restarts, and orders of ours
(``ordered``) are never reported.
"""
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator

import libvirt

from nova_lite import exceptions, states
from nova_lite.virt.driver import LifecycleEvent
from nova_lite.virt.libvirt.guests import ForeignDomain, Guests

LOG = logging.getLogger(__name__)
SETTLE = 0.5                    # seconds between an event and the look
RECONNECT = 1.0                 # seconds between tries to reach libvirtd again


class LifecycleWatcher:
    """One thread that looks and reports; ``event`` and ``lost`` may be called from any."""

    def __init__(self, guests: Guests, report: Callable[[LifecycleEvent], None], reconnect: Callable[[], object]):
        self._guests, self._report, self._reconnect = guests, report, reconnect
        self._changed = threading.Condition()
        self._due: dict[str, float] = {}            # uuid: when to look (monotonic)
        self._known: dict[str, int] = {}            # uuid: power_state last told or ordered
        self._ordered: dict[str, int] = {}          # uuid: orders under way
        self._lost = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="libvirt-lifecycle", daemon=True)

    def start(self) -> None:
        """Begin with what there is: only what changes from now on is reported."""
        for guest in self._guests.all():
            self._known.setdefault(guest.uuid, guest.power()[0])
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(5)

    def subscribe(self, conn: libvirt.virConnect) -> None:
        """For each new connection: ask for its events, and look at all guests for what was missed."""
        conn.domainEventRegisterAny(None, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, self._on_event, None)
        with self._changed:
            self._lost = False
            for uuid in self._known:
                self._due[uuid] = time.monotonic() + SETTLE
            self._changed.notify()

    def lost(self) -> None:
        with self._changed:
            self._lost = True
            self._changed.notify()

    def event(self, uuid: str) -> None:
        with self._changed:
            self._due[uuid] = time.monotonic() + SETTLE
            self._changed.notify()

    @contextlib.contextmanager
    def ordered(self, uuid: str, power_state: int | None) -> Iterator[None]:
        """While we change the guest ourselves; ``power_state`` is what it shall be then, None: gone.

        When the order fails, whatever the guest is afterwards counts as known: the caller reports the failure.
        """
        with self._changed:
            self._ordered[uuid] = self._ordered.get(uuid, 0) + 1
        done = False
        try:
            yield
            done = True
        finally:
            state = power_state if done else self._look(uuid)
            with self._changed:
                self._ordered[uuid] -= 1
                if not self._ordered[uuid]:
                    del self._ordered[uuid]
                if state is None:
                    self._known.pop(uuid, None)
                    self._due.pop(uuid, None)
                else:
                    self._known[uuid] = state
                    self._due[uuid] = time.monotonic() + SETTLE     # it may have died in the meantime
                self._changed.notify()

    def _on_event(self, _conn, domain, _event, _detail, _opaque) -> None:
        """On libvirt's event thread, where no call may be made."""
        self.event(domain.UUIDString())

    def _look(self, uuid: str) -> int | None:
        with contextlib.suppress(libvirt.libvirtError, ForeignDomain, exceptions.NovaLiteError):
            guest = self._guests.find(uuid)
            return guest.power()[0] if guest else None
        return None

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._stopping:
                    return
                now = time.monotonic()
                uuid = next((uuid for uuid, due in self._due.items() if due <= now), None)
                if uuid is not None:
                    del self._due[uuid]
                elif not self._lost:
                    self._changed.wait(min(self._due.values()) - now if self._due else None)
                    continue
            try:
                if uuid is not None:
                    self._compare(uuid)
                else:
                    self._reconnect()
                    with self._changed:
                        self._lost = False
            except (libvirt.libvirtError, exceptions.NovaLiteError) as exc:
                LOG.warning("libvirt: %s", exc)
                with self._changed:
                    if uuid is not None:
                        self._due[uuid] = time.monotonic() + RECONNECT
                    self._changed.wait_for(lambda: self._stopping, RECONNECT)
            except Exception:
                LOG.exception("a change of guest %s could not be reported", uuid)

    def _compare(self, uuid: str) -> None:
        with self._changed:
            if uuid in self._ordered:
                return
        try:
            guest = self._guests.find(uuid)
        except ForeignDomain:
            return
        if guest is None:
            state, reason = states.SHUTDOWN, "its domain was removed"
        else:
            state, reason = guest.power()
        with self._changed:
            known = self._known.get(uuid)
            if uuid in self._ordered or state == known or (guest is None and known is None):
                return
            self._known[uuid] = state
            if guest is None:
                del self._known[uuid]
        if known is None and state != states.RUNNING:
            return                      # a domain that was only defined
        if state == states.SHUTDOWN and guest is None and known == states.SHUTDOWN:
            return
        LOG.info("guest %s is now in power state %s %s", uuid, state, reason)
        self._report(LifecycleEvent(uuid, state, reason))
