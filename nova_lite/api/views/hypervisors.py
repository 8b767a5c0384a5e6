"""Hypervisors as clients see them."""
import datetime
import json

from nova_lite.api.views import services
from nova_lite.models.hypervisor import Hypervisor


def brief(request, hypervisor: Hypervisor, now: datetime.datetime) -> dict:
    """What every answer has; ``id`` is the uuid from 2.53 on."""
    return {
        "id": hypervisor.uuid if request.version >= "2.53" else hypervisor.id,
        "hypervisor_hostname": hypervisor.node,
        "state": services.state(hypervisor.service, now),
        "status": services.status(hypervisor.service),
    }


def detail(request, hypervisor: Hypervisor, now: datetime.datetime, workload: int = 0,
           uptime: str | None = None) -> dict:
    """All of it: what is used and free left at 2.88, when ``uptime`` came in.

    ``workload``: servers on it that something is being done with.
    """
    service = hypervisor.service
    body = brief(request, hypervisor, now) | {
        "hypervisor_type": hypervisor.hypervisor_type,
        "hypervisor_version": hypervisor.hypervisor_version,
        "host_ip": hypervisor.host_ip,
        "service": {"id": service.uuid if request.version >= "2.53" else service.id, "host": hypervisor.host,
                    "disabled_reason": service.disabled_reason},
    }
    if request.version >= "2.88":
        return body | {"uptime": uptime}
    return body | usage(hypervisor, workload) | {
        "cpu_info": hypervisor.cpu_info if request.version >= "2.28" else json.dumps(hypervisor.cpu_info)}


def usage(hypervisor, workload: int) -> dict:
    """The numbers of one hypervisor, or of a sum of them."""
    free_disk = hypervisor.local_gb - hypervisor.local_gb_used
    return {
        "vcpus": hypervisor.vcpus, "vcpus_used": hypervisor.vcpus_used,
        "memory_mb": hypervisor.memory_mb, "memory_mb_used": hypervisor.memory_mb_used,
        "free_ram_mb": hypervisor.memory_mb - hypervisor.memory_mb_used,
        "local_gb": hypervisor.local_gb, "local_gb_used": hypervisor.local_gb_used,
        "free_disk_gb": free_disk, "disk_available_least": free_disk,
        "running_vms": hypervisor.running_vms, "current_workload": workload,
    }


def with_servers(request, body: dict, servers: list[dict] | None) -> dict:
    """Add the servers; an empty list is shown from 2.75 on.  None: not asked for."""
    if servers or (servers is not None and request.version >= "2.75"):
        body["servers"] = servers
    return body
