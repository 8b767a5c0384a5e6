"""The interfaces that this host has attached and detached: newer than what a message carries of its server.

A message is sent with the server as its row was; an interface that was attached while it lay in the queue is not in it,
and a hard reboot would leave it out.  Kept in memory: after a restart the rows say it (``learn``).
"""
import dataclasses
import threading
import time

from nova_lite.models import Instance, Vif


@dataclasses.dataclass
class _Changes:
    attempt: int
    ports: dict[str, Vif | None] = dataclasses.field(default_factory=dict)      # None: detached
    at: float = 0.0                                                             # monotonic seconds of the newest


class Attachments:
    """One for a compute service; safe for threads."""

    def __init__(self):
        self._lock = threading.Lock()
        self._changes: dict[str, _Changes] = {}

    def attached(self, instance: Instance, vif: Vif) -> None:
        self._note(instance, vif.id, vif)

    def detached(self, instance: Instance, port_id: str) -> None:
        self._note(instance, port_id, None)

    def _note(self, instance: Instance, port_id: str, vif: Vif | None) -> None:
        with self._lock:
            found = self._changes.get(instance.uuid)
            if found is None or found.attempt != instance.attempt:
                found = self._changes[instance.uuid] = _Changes(instance.attempt)
            found.ports[port_id], found.at = vif, time.monotonic()

    def current(self, instance: Instance) -> Instance:
        """As a message has it, with what happened here since."""
        with self._lock:
            found = self._changes.get(instance.uuid)
            if found is None or found.attempt != instance.attempt:
                return instance
            changed = dict(found.ports)
        kept = [vif for vif in instance.network_info if vif.id not in changed]
        return instance.replace(network_info=(*kept, *(vif for vif in changed.values() if vif is not None)))

    def learn(self, instance: Instance) -> None:
        """What its row says was read after all that happened here was written, or while nothing had."""
        with self._lock:
            self._changes[instance.uuid] = _Changes(instance.attempt, {vif.id: vif for vif in instance.network_info})

    def changed_since(self, uuid: str, at: float) -> bool:
        """``at``: of ``time.monotonic``."""
        with self._lock:
            found = self._changes.get(uuid)
            return found is not None and found.at >= at

    def forget(self, uuid: str) -> None:
        """The server is gone from here."""
        with self._lock:
            self._changes.pop(uuid, None)
