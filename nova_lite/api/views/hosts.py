"""Hosts as clients saw them before there were hypervisors and services."""
from nova_lite.api.views.services import zone
from nova_lite.models.hypervisor import Hypervisor
from nova_lite.models.service import Service


def index(services: list[Service], zones: dict[str, str], wanted: str | None) -> dict:
    """``wanted``: hosts of this zone only."""
    found = [{"host_name": service.host, "service": service.binary.removeprefix("nova-"),
              "zone": zone(service, zones)} for service in services]
    return {"hosts": [host for host in found if not wanted or host["zone"] == wanted]}


def show(hypervisor: Hypervisor, flavors: dict[str, list]) -> dict:
    """``flavors``: of the host's servers, by project."""
    everyone = [flavor for found in flavors.values() for flavor in found]
    rows = [("(total)", hypervisor.vcpus, hypervisor.memory_mb, hypervisor.local_gb),
            ("(used_now)", hypervisor.vcpus_used, hypervisor.memory_mb_used, hypervisor.local_gb_used),
            ("(used_max)", *_sums(everyone)), *((project, *_sums(found)) for project, found in flavors.items())]
    return {"host": [{"resource": {"host": hypervisor.host, "project": project, "cpu": cpu, "memory_mb": memory_mb,
                                   "disk_gb": disk_gb}} for project, cpu, memory_mb, disk_gb in rows]}


def _sums(flavors) -> tuple[int, int, int]:
    return (sum(flavor.vcpus for flavor in flavors), sum(flavor.memory_mb for flavor in flavors),
            sum(flavor.root_gb + flavor.ephemeral_gb for flavor in flavors))
