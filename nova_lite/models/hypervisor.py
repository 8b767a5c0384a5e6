"""A compute node together with the service that runs on it, as the REST API shows them."""
import dataclasses

from nova_lite.models.base import Model
from nova_lite.models.service import Service


@dataclasses.dataclass(frozen=True)
class Hypervisor(Model):
    """``memory_mb`` in MiB, ``local_gb`` in GiB; ``*_used`` is what is claimed."""

    id: int
    uuid: str
    host: str
    node: str
    hypervisor_type: str
    hypervisor_version: int
    host_ip: str
    cpu_info: dict
    vcpus: int
    memory_mb: int
    local_gb: int
    vcpus_used: int
    memory_mb_used: int
    local_gb_used: int
    running_vms: int
    service: Service


@dataclasses.dataclass(frozen=True)
class Statistics(Model):
    """Sums over all enabled hypervisors; units as above."""

    count: int
    vcpus: int
    memory_mb: int
    local_gb: int
    vcpus_used: int
    memory_mb_used: int
    local_gb_used: int
    running_vms: int
