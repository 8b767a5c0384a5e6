"""Diagnostics of a guest: until 2.47 what the driver would say, then Nova's own keys."""
import datetime

from nova_lite import states
from nova_lite.models import Diagnostics, Instance

STATES = {states.NOSTATE: "pending", states.RUNNING: "running", states.POWER_PAUSED: "paused",
          states.SHUTDOWN: "shutdown", states.CRASHED: "crashed", states.POWER_SUSPENDED: "suspended"}


def show(request, server: Instance, found: Diagnostics, now: datetime.datetime) -> dict:
    return _standard(server, found, now) if request.version >= "2.48" else _drivers_own(found)


def _drivers_own(found: Diagnostics) -> dict:
    """As libvirt's driver of Nova names them; memory in KiB."""
    body = {f"cpu{cpu.id}_time": cpu.time for cpu in found.cpus}
    for disk in found.disks:
        body |= {f"{disk.name}_read_req": disk.read_requests, f"{disk.name}_read": disk.read_bytes,
                 f"{disk.name}_write_req": disk.write_requests, f"{disk.name}_write": disk.write_bytes,
                 f"{disk.name}_errors": disk.errors}
    for nic in found.nics:
        for way in ("rx", "tx"):
            body |= {f"{nic.name}_{way}": getattr(nic, f"{way}_octets"),
                     **{f"{nic.name}_{way}_{what}": getattr(nic, f"{way}_{what}")
                        for what in ("packets", "errors", "drop")}}
    return body | {"memory": found.memory_maximum_kb, "memory-actual": found.memory_used_kb}


def _standard(server: Instance, found: Diagnostics, now: datetime.datetime) -> dict:
    """Memory in MiB, uptime in seconds; a rate and a share of a CPU are known to no driver here."""
    return {
        "state": STATES.get(found.power_state, "pending"), "driver": found.driver, "hypervisor": found.hypervisor,
        "hypervisor_os": "linux", "config_drive": server.config_drive,
        "uptime": int((now - server.launched_at).total_seconds()) if server.launched_at else None,
        "num_cpus": len(found.cpus), "num_disks": len(found.disks), "num_nics": len(found.nics),
        "cpu_details": [{"id": cpu.id, "time": cpu.time, "utilisation": None} for cpu in found.cpus],
        "disk_details": [{"read_bytes": disk.read_bytes, "read_requests": disk.read_requests,
                          "write_bytes": disk.write_bytes, "write_requests": disk.write_requests,
                          "errors_count": disk.errors} for disk in found.disks],
        "nic_details": [{"mac_address": nic.mac, **{
            f"{way}_{what}": getattr(nic, f"{way}_{what}", None)
            for way in ("rx", "tx") for what in ("octets", "packets", "errors", "drop", "rate")}}
            for nic in found.nics],
        "memory_details": {"maximum": found.memory_maximum_kb >> 10, "used": found.memory_used_kb >> 10},
    }
