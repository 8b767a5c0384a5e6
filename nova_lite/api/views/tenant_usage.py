"""Usage of projects as clients see it."""
import datetime

from nova_lite.api.views import times
from nova_lite.models.usage import ServerUsage


def tenants(servers: list[ServerUsage], start: datetime.datetime, stop: datetime.datetime, now: datetime.datetime,
            detailed: bool) -> list[dict]:
    """A body for each project, in the order of the servers; hours, and MiB, GiB and CPUs times hours."""
    found: dict[str, dict] = {}
    for server in servers:
        body = found.setdefault(server.project_id, {
            "tenant_id": server.project_id, "start": times.microseconds(start), "stop": times.microseconds(stop),
            "total_hours": 0.0, "total_vcpus_usage": 0.0, "total_memory_mb_usage": 0.0, "total_local_gb_usage": 0.0})
        hours, flavor = server.hours(start, stop), server.flavor
        body["total_hours"] += hours
        body["total_vcpus_usage"] += flavor.vcpus * hours
        body["total_memory_mb_usage"] += flavor.memory_mb * hours
        body["total_local_gb_usage"] += _local_gb(flavor) * hours
        if detailed:
            body.setdefault("server_usages", []).append(_server(server, hours, now))
    return list(found.values())


def _local_gb(flavor) -> int:
    return flavor.root_gb + flavor.ephemeral_gb


def _server(server: ServerUsage, hours: float, now: datetime.datetime) -> dict:
    ended = server.terminated_at
    return {
        "instance_id": server.uuid, "name": server.display_name, "tenant_id": server.project_id, "hours": hours,
        "flavor": server.flavor.name, "vcpus": server.flavor.vcpus, "memory_mb": server.flavor.memory_mb,
        "local_gb": _local_gb(server.flavor), "started_at": times.microseconds(server.launched_at),
        "ended_at": times.microseconds(ended), "state": "terminated" if ended else server.vm_state,
        "uptime": int(((ended or now) - server.launched_at).total_seconds())}
