"""Hosts as drivers report them and as the scheduler chooses them."""
import dataclasses
import typing

from nova_lite.models.base import Model


@dataclasses.dataclass(frozen=True)
class HostResources(Model):
    """What a driver's host has in all, before ratios and reservations."""

    vcpus: int
    memory_mb: int
    local_gb: int
    hypervisor_hostname: str
    hypervisor_type: str = "fake"
    hypervisor_version: int = 1
    cpu_info: dict = dataclasses.field(default_factory=dict)     # arch, model, vendor, features, topology
    supported_instances: tuple[tuple, ...] = ()                  # (arch, hypervisor, vm_mode)
    host_ip: str = "127.0.0.1"


class Share(typing.NamedTuple):
    """What servers may claim of a host's CPUs, memory or disk: what is not kept for the host, times a ratio."""

    usable: float
    ratio: float

    def limit(self, ratio: float | None = None) -> int:
        """How much that is; ``ratio``: another than the host's own."""
        return max(0, int(self.usable * (self.ratio if ratio is None else ratio)))


@dataclasses.dataclass(frozen=True)
class Guest(Model):
    """A guest that a driver has.  ``attempt`` is what the guest's own metadata says."""

    uuid: str
    attempt: int
    power_state: int


@dataclasses.dataclass(frozen=True)
class Selection(Model):
    """The scheduler's choice for one server: already claimed when it is returned."""

    instance_uuid: str
    service_host: str
    nodename: str
    attempt: int                              # of the action, for the next step's order
