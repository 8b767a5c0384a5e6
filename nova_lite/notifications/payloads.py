"""Payloads of notifications, as Nova's objects write themselves: ``nova_object.name/namespace/version/data``.

Pure functions of our models; the versions are those whose fields these are.
"""
import base64
import datetime
import hashlib
from collections.abc import Callable

from nova_lite import states
from nova_lite.models import Action, Flavor, ImageMeta, Instance, RequestSpec
from nova_lite.models.aggregate import Aggregate
from nova_lite.models.keypair import SSH, X509, Keypair
from nova_lite.models.server_group import ServerGroup
from nova_lite.models.service import Service

_POWER = {states.NOSTATE: "pending", states.RUNNING: "running", states.POWER_PAUSED: "paused",
          states.SHUTDOWN: "shutdown", states.CRASHED: "crashed", states.POWER_SUSPENDED: "suspended"}
_VERSIONS = {
    "InstanceActionPayload": "1.8", "InstanceCreatePayload": "1.12", "InstanceUpdatePayload": "1.9",
    "InstanceActionRescuePayload": "1.3", "InstanceActionRebuildPayload": "1.9",
    "InstanceActionResizePrepPayload": "1.3", "InstanceActionSnapshotPayload": "1.9",
    "InstanceActionVolumePayload": "1.6", "InstanceActionVolumeSwapPayload": "1.8",
    "InstanceExistsPayload": "2.0", "InstanceStateUpdatePayload": "1.0", "AuditPeriodPayload": "1.0",
    "IpPayload": "1.0", "FlavorPayload": "1.4", "KeypairPayload": "1.0", "ExceptionPayload": "1.1",
    "ComputeTaskPayload": "1.0", "RequestSpecPayload": "1.1", "ImageMetaPayload": "1.0",
    "ImageMetaPropsPayload": "1.0", "InstancePCIRequestsPayload": "1.0", "AggregatePayload": "1.1",
    "ServerGroupPayload": "1.1", "ServiceStatusPayload": "1.1",
}
SERVICE_VERSION = 0             # Nova counts the RPC changes of a service here; there has been one only


def wrap(name: str, data: dict) -> dict:
    """The envelope of an object."""
    return {"nova_object.name": name, "nova_object.namespace": "nova", "nova_object.version": _VERSIONS[name],
            "nova_object.data": data}


def time(at: datetime.datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


# -- servers ------------------------------------------------------------------------------------------
def instance(name: str, server: Instance, action: Action | None, initiator: dict, fault: bool) -> dict:
    """The payload ``name`` of a server as it is now.

    ``action``: the order that does it; ``initiator``: {user_id, project_id, request_id}; ``fault``: the server's own
    belongs to it.
    """
    data = _instance(server, initiator) | {"fault": _fault(server) if fault else None}
    more = _MORE.get(name)
    return wrap(name, data | more(server, action.params if action else {}) if more else data)


def _instance(server: Instance, initiator: dict) -> dict:
    properties = server.image_meta.properties
    return {
        "uuid": server.uuid, "user_id": server.user_id, "tenant_id": server.project_id,
        "reservation_id": server.reservation_id, "display_name": server.display_name,
        "display_description": server.display_description, "host_name": server.hostname, "host": server.host,
        "node": server.node, "os_type": properties.get("os_type"), "architecture": properties.get("hw_architecture"),
        "availability_zone": server.availability_zone, "image_uuid": server.image_ref, "key_name": server.key_name,
        "kernel_id": properties.get("kernel_id", ""), "ramdisk_id": properties.get("ramdisk_id", ""),
        "created_at": time(server.created_at), "launched_at": time(server.launched_at),
        "terminated_at": time(server.terminated_at), "deleted_at": time(server.deleted_at),
        "updated_at": time(server.updated_at), "state": server.vm_state, "task_state": server.task_state,
        "power_state": _POWER.get(server.power_state, "pending"), "progress": server.progress,
        "ip_addresses": [_ip(vif, ip) for vif in server.network_info for ip in vif.fixed_ips],
        "block_devices": [], "metadata": server.metadata, "locked": server.locked,
        "locked_reason": server.locked_reason, "flavor": flavor(server.flavor),
        "auto_disk_config": "AUTO" if server.auto_disk_config else "MANUAL",
        "request_id": initiator.get("request_id"), "action_initiator_user": initiator.get("user_id"),
        "action_initiator_project": initiator.get("project_id"),
    }


def _ip(vif, ip) -> dict:
    return wrap("IpPayload", {"label": vif.network.label, "mac": vif.mac, "meta": {}, "port_uuid": vif.id,
                              "version": ip.version, "address": ip.address, "device_name": vif.devname})


def _fault(server: Instance) -> dict | None:
    return exception(server.fault.to_dict()) if server.fault else None


def _created(server: Instance, _params: dict) -> dict:
    keys = [keypair(_key_of(server))] if server.key_data else []
    return {"keypairs": keys, "tags": list(server.tags), "trusted_image_certificates": None}


def _key_of(server: Instance) -> Keypair:
    """The key pair as the server keeps it; its fingerprint is a name, not a secret."""
    if server.key_data.startswith("-----"):
        body = "".join(line for line in server.key_data.splitlines() if not line.startswith("-----"))
        kind, digest = X509, hashlib.sha1(base64.b64decode(body), usedforsecurity=False).hexdigest()
    else:
        kind, digest = SSH, hashlib.md5(base64.b64decode(server.key_data.split()[1]), usedforsecurity=False).hexdigest()
    pairs = ":".join(digest[at:at + 2] for at in range(0, len(digest), 2))
    return Keypair(server.user_id, server.key_name, kind, server.key_data, pairs)


# What a payload has more than InstanceActionPayload: of the server and of its order's params.
_MORE: dict[str, Callable[[Instance, dict], dict]] = {
    "InstanceCreatePayload": _created,
    "InstanceActionRescuePayload": lambda server, params: {"rescue_image_ref": params.get("image_id")},
    "InstanceActionRebuildPayload": lambda server, params: {"trusted_image_certificates": None},
    "InstanceActionResizePrepPayload": lambda server, params: {
        "new_flavor": flavor(Flavor.from_dict(params["migration"]["new_flavor"])) if "migration" in params else None},
    "InstanceActionSnapshotPayload": lambda server, params: {
        "snapshot_image_id": params.get("image", {}).get("id")},
    "InstanceActionVolumePayload": lambda server, params: {"volume_id": params.get("volume_id")},
    "InstanceActionVolumeSwapPayload": lambda server, params: {
        "old_volume_id": params.get("old_volume_id"), "new_volume_id": params.get("new_volume_id")},
}


def update(before: Instance | None, server: Instance, initiator: dict, period) -> dict:
    """Of instance.update; ``before`` None: the server is new.  ``period``: beginning and end of its usage so far."""
    renamed = before is not None and before.display_name != server.display_name
    return wrap("InstanceUpdatePayload", _instance(server, initiator) | {
        "state_update": wrap("InstanceStateUpdatePayload", {
            "old_state": before.vm_state if before else None, "state": server.vm_state,
            "old_task_state": before.task_state if before else None, "new_task_state": server.task_state}),
        "audit_period": _audit_period(period),
        "bandwidth": [], "old_display_name": before.display_name if renamed else None, "tags": list(server.tags)})


def exists(server: Instance, initiator: dict, period) -> dict:
    """Of instance.exists: the server was there in the period (beginning, end)."""
    return wrap("InstanceExistsPayload", _instance(server, initiator) | {"audit_period": _audit_period(period)})


def _audit_period(period) -> dict:
    begin, end = period
    return wrap("AuditPeriodPayload", {"audit_period_beginning": time(begin), "audit_period_ending": time(end)})


def exception(fault: dict) -> dict:
    """Of a fault: {message, details, exception, module, function}."""
    return wrap("ExceptionPayload", {
        "module_name": fault.get("module", ""), "function_name": fault.get("function", ""),
        "exception": fault.get("exception", ""), "exception_message": fault["message"],
        "traceback": fault.get("details", "")})


# -- scheduling ---------------------------------------------------------------------------------------
def compute_task(server: Instance, action: Action) -> dict:
    spec = RequestSpec((action.order(),), server.flavor, server.image_meta, project_id=server.project_id,
                       availability_zone=action.params.get("availability_zone"), ignore_hosts=action.hosts_tried,
                       force_hosts=tuple(action.params.get("force_hosts", ())),
                       force_nodes=tuple(action.params.get("force_nodes", ())),
                       scheduler_hints=server.scheduler_hints)
    return wrap("ComputeTaskPayload", {
        "instance_uuid": server.uuid, "state": server.vm_state, "reason": _fault(server),
        "request_spec": request_spec(spec, server.user_id, list(server.security_groups))})


def request_spec(spec: RequestSpec, user_id: str | None, security_groups: list[str]) -> dict:
    uuid = spec.orders[0].instance_uuid
    return wrap("RequestSpecPayload", {
        "instance_uuid": uuid, "project_id": spec.project_id, "user_id": user_id,
        "availability_zone": spec.availability_zone, "flavor": flavor(spec.flavor), "image": image(spec.image),
        "ignore_hosts": list(spec.ignore_hosts) or None, "force_hosts": list(spec.force_hosts) or None,
        "force_nodes": list(spec.force_nodes) or None, "num_instances": len(spec.orders),
        "scheduler_hints": {key: value if isinstance(value, list) else [value]
                            for key, value in spec.scheduler_hints.items()},
        "security_groups": security_groups, "numa_topology": None, "requested_destination": None, "retry": None,
        "instance_group": None,
        "pci_requests": wrap("InstancePCIRequestsPayload", {"instance_uuid": uuid, "requests": []})})


def image(meta: ImageMeta) -> dict:
    """Times, tags and URLs of images stay with the image service."""
    return wrap("ImageMetaPayload", {
        "id": meta.id, "name": meta.name, "status": meta.status, "visibility": meta.visibility, "owner": meta.owner,
        "disk_format": meta.disk_format, "container_format": meta.container_format, "size": meta.size,
        "checksum": meta.checksum, "min_disk": meta.min_disk, "min_ram": meta.min_ram, "virtual_size": None,
        "protected": False, "tags": [], "direct_url": None, "created_at": None, "updated_at": None,
        "properties": wrap("ImageMetaPropsPayload", dict(meta.properties))})


# -- everything else ----------------------------------------------------------------------------------
def flavor(found: Flavor, projects: list[str] | None = None) -> dict:
    """``projects``: those that may use a private one."""
    fields = ("flavorid", "name", "memory_mb", "vcpus", "root_gb", "ephemeral_gb", "swap", "rxtx_factor", "disabled",
              "is_public", "extra_specs", "description")
    return wrap("FlavorPayload", {name: getattr(found, name) for name in fields} | {
        "vcpu_weight": 0, "projects": projects})


def keypair(found: Keypair) -> dict:
    return wrap("KeypairPayload", {name: getattr(found, name) for name in (
        "user_id", "name", "fingerprint", "public_key", "type")})


def aggregate(found: Aggregate) -> dict:
    return wrap("AggregatePayload", {"id": found.id, "uuid": found.uuid, "name": found.name,
                                     "hosts": list(found.hosts), "metadata": found.metadata})


def server_group(found: ServerGroup) -> dict:
    rules = {"max_server_per_host": str(found.max_server_per_host)} if found.max_server_per_host else {}
    return wrap("ServerGroupPayload", {
        "uuid": found.uuid, "name": found.name, "project_id": found.project_id, "user_id": found.user_id,
        "policies": [found.policy], "policy": found.policy, "rules": rules, "members": list(found.members),
        "hosts": None})


def service(found: Service) -> dict:
    return wrap("ServiceStatusPayload", {
        "uuid": found.uuid, "host": found.host, "binary": found.binary, "topic": found.topic,
        "disabled": found.disabled, "disabled_reason": found.disabled_reason, "forced_down": found.forced_down,
        "last_seen_up": time(found.last_seen_up), "report_count": 0, "version": SERVICE_VERSION,
        "availability_zone": None})
