"""Nova's unversioned notifications of servers: the same changes, with the names and the flat payloads of before.

Pure functions of our models; ``db.notifications`` makes them beside the versioned ones, or instead of them, as
[notifications] notification_format says.
"""
from nova_lite.models import Instance
from nova_lite.notifications import catalog

PREFIX = "compute.instance."
# Nova's older name of a notification, where it has one.  Its phases are the same.
NAMES: dict[str, str] = {
    **{f"instance.{name}": f"{PREFIX}{name}" for name in (
        "create", "delete", "soft_delete", "restore", "shutdown", "power_off", "power_on", "reboot", "pause", "unpause",
        "suspend", "resume", "rescue", "unrescue", "rebuild", "shelve", "shelve_offload", "unshelve", "snapshot",
        "trigger_crash_dump", "update", "exists")},
    "instance.resize": f"{PREFIX}resize", "instance.resize_prep": f"{PREFIX}resize.prep",
    "instance.resize_finish": f"{PREFIX}finish_resize", "instance.resize_confirm": f"{PREFIX}resize.confirm",
    "instance.resize_revert": f"{PREFIX}resize.revert",
}
# Phases that only the versioned one has.
_WITHOUT = {"instance.resize.error"}


def event_type(versioned: str) -> str | None:
    """``compute.instance.create.start`` of ``instance.create.start``; None: there is none."""
    if versioned in _WITHOUT:
        return None
    for name in (versioned, versioned.rpartition(".")[0]):
        if name in NAMES and name in catalog.NOTIFICATIONS:
            return NAMES[name] + versioned.removeprefix(name)
    return None


def publisher(versioned: str) -> str:
    """``compute.host1`` of ``nova-compute:host1``."""
    binary, _, host = versioned.partition(":")
    return f"{binary.removeprefix('nova-')}.{host}"


def payload(event: str, server: Instance, before: Instance | None, period) -> dict:
    """Of an event type (the versioned one); ``before``: the server before an instance.update (None: it is new);
    ``period``: beginning and end of what an update or exists tells of."""
    data = _server(server)
    if event == "instance.update":
        return data | _update(server, before) | _period(period)
    if event == "instance.exists":
        begin, end = period
        return data | {"audit_period_beginning": str(begin), "audit_period_ending": str(end)}
    if event.endswith(f".{catalog.ERROR}") and server.fault:
        return data | {"code": server.fault.code, "message": server.fault.message, "exception": server.fault.exception}
    if event == "instance.create.end":
        return data | {"message": "Success"}
    return data


def _update(server: Instance, before: Instance | None) -> dict:
    old = before or server
    renamed = {"old_display_name": old.display_name} if old.display_name != server.display_name else {}
    return {"old_state": old.vm_state, "state": server.vm_state, "old_task_state": old.task_state,
            "new_task_state": server.task_state, **renamed}


def _period(period) -> dict:
    begin, end = period
    return {"audit_period_beginning": _time(begin), "audit_period_ending": _time(end)}


def _time(at) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f") if at else ""


def _server(server: Instance) -> dict:
    flavor, properties = server.flavor, server.image_meta.properties
    return {
        "tenant_id": server.project_id, "user_id": server.user_id, "instance_id": server.uuid,
        "display_name": server.display_name, "reservation_id": server.reservation_id, "hostname": server.hostname,
        "instance_type": flavor.name, "instance_type_id": flavor.id, "instance_flavor_id": flavor.flavorid,
        "architecture": properties.get("hw_architecture"), "memory_mb": flavor.memory_mb,
        "disk_gb": flavor.root_gb + flavor.ephemeral_gb, "vcpus": flavor.vcpus, "root_gb": flavor.root_gb,
        "ephemeral_gb": flavor.ephemeral_gb, "host": server.host, "node": server.node,
        "availability_zone": server.availability_zone, "cell_name": "", "created_at": f"{server.created_at}+00:00",
        "terminated_at": _time(server.terminated_at), "deleted_at": _time(server.deleted_at),
        "launched_at": _time(server.launched_at), "image_ref_url": server.image_ref,
        "os_type": properties.get("os_type"), "kernel_id": properties.get("kernel_id", ""),
        "ramdisk_id": properties.get("ramdisk_id", ""), "state": server.vm_state,
        "state_description": server.task_state or "", "progress": server.progress or "",
        "access_ip_v4": server.access_ip_v4, "access_ip_v6": server.access_ip_v6,
        "fixed_ips": [_ip(vif, ip) for vif in server.network_info for ip in vif.fixed_ips],
        "image_meta": _image(server), "metadata": server.metadata,
    }


def _ip(vif, ip) -> dict:
    return {"address": ip.address, "type": "fixed", "version": ip.version, "meta": {}, "label": vif.network.label,
            "vif_mac": vif.mac, "floating_ips": [{"address": address, "type": "floating", "version": 4, "meta": {}}
                                                 for address in ip.floating]}


def _image(server: Instance) -> dict:
    image = server.image_meta
    return {**{name: str(value) for name, value in image.properties.items()}, "base_image_ref": server.image_ref,
            "min_disk": str(server.flavor.root_gb), "min_ram": str(image.min_ram),
            "disk_format": image.disk_format or "", "container_format": image.container_format or ""}
