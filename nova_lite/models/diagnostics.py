"""What a guest has used, as its host says."""
import dataclasses

from nova_lite.models.base import Model


@dataclasses.dataclass(frozen=True)
class CpuUsage(Model):
    """``time`` in ns."""

    id: int
    time: int


@dataclasses.dataclass(frozen=True)
class DiskUsage(Model):
    """``name`` is the device's in the guest."""

    name: str
    read_bytes: int
    read_requests: int
    write_bytes: int
    write_requests: int
    errors: int


@dataclasses.dataclass(frozen=True)
class NicUsage(Model):
    """``name`` is the interface's on the host; octets and packets."""

    name: str
    mac: str
    rx_octets: int
    rx_packets: int
    rx_errors: int
    rx_drop: int
    tx_octets: int
    tx_packets: int
    tx_errors: int
    tx_drop: int


@dataclasses.dataclass(frozen=True)
class Diagnostics(Model):
    """Memory in KiB; ``hypervisor``: kvm, qemu …"""

    driver: str
    hypervisor: str
    power_state: int
    cpus: tuple[CpuUsage, ...] = ()
    disks: tuple[DiskUsage, ...] = ()
    nics: tuple[NicUsage, ...] = ()
    memory_maximum_kb: int = 0
    memory_used_kb: int = 0
