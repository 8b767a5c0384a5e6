"""The host's own second look at a claim, and what it may give away in all.

The claim itself is the scheduler's, in the database; this finds what a wrong row or a shrunken host would break.
"""
import threading
from collections.abc import Callable

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.models import Flavor, HostResources, Instance
from nova_lite.models.host import Share


def shares(resources: HostResources) -> dict[str, Share]:
    """What may be claimed; an aggregate of the host may say another ratio."""
    conf = CONF.compute
    return {
        "vcpus": Share(resources.vcpus - conf.reserved_host_cpus, conf.cpu_allocation_ratio),
        "memory_mb": Share(resources.memory_mb - conf.reserved_host_memory_mb, conf.ram_allocation_ratio),
        "local_gb": Share(resources.local_gb - conf.reserved_host_disk_mb / 1024, conf.disk_allocation_ratio)}


class Tracker:
    """Which flavors are on this host, and their sums.  ``ask()`` gives the limits as they are now."""

    def __init__(self, ask: Callable[[], dict[str, int]] = dict):
        self._ask = ask
        self._lock = threading.Lock()
        self._limits: dict = {}
        self._held: dict[str, Flavor] = {}
        self._used = {"vcpus": 0, "memory_mb": 0, "local_gb": 0}

    def start(self, resources: HostResources, instances: list[Instance]) -> None:
        """Begin (anew) with these."""
        with self._lock:
            self._limits = {name: share.limit() for name, share in shares(resources).items()}
            for uuid in list(self._held):
                self._drop(uuid)
            for instance in instances:
                self._hold(instance.uuid, instance.flavor)

    def claim(self, instance: Instance) -> None:
        """Raises ComputeResourcesUnavailable when the host has no room for it; repeatable."""
        if not self._too_much(instance):
            return
        limits = self._ask()                                # an aggregate may have raised them
        with self._lock:
            self._limits.update(limits)
        if reason := self._too_much(instance):
            raise exceptions.ComputeResourcesUnavailable(reason=reason)

    def _too_much(self, instance: Instance) -> str | None:
        """None, and it is held; or what there would be too much of."""
        with self._lock:
            self._drop(instance.uuid)
            self._hold(instance.uuid, instance.flavor)
            for name, amount in self._used.items():
                if amount > self._limits[name]:
                    self._drop(instance.uuid)
                    return f"{name}: {amount} of {self._limits[name]} would be used"
            return None

    def release(self, uuid: str) -> None:
        with self._lock:
            self._drop(uuid)

    def _hold(self, uuid, flavor, sign=1):
        claim = flavor.claim
        self._used["vcpus"] += sign * claim.vcpus
        self._used["memory_mb"] += sign * claim.memory_mb
        self._used["local_gb"] += sign * claim.disk_gb
        if sign > 0:
            self._held[uuid] = flavor

    def _drop(self, uuid):
        flavor = self._held.pop(uuid, None)
        if flavor is not None:
            self._hold(uuid, flavor, -1)
