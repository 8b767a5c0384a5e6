"""Bodies of servers.  The set of fields is the microversion's, exactly: clients check it."""
import dataclasses
import functools
import hashlib

from nova_lite import states
from nova_lite.api import policies
from nova_lite.api.policies import servers as rules
from nova_lite.api.views import image_properties, ips, times
from nova_lite.api.wsgi import Request
from nova_lite.conf import CONF
from nova_lite.models import Flavor, Instance

PROGRESS_STATUSES = ("ACTIVE", "BUILD", "REBUILD", "RESIZE", "VERIFY_RESIZE", "MIGRATING")
FAULT_STATUSES = ("ERROR", "DELETED")


@dataclasses.dataclass(frozen=True)
class Seen:
    """What the caller may see: policies are asked once a request, not once a server."""

    extended: bool
    host_status: bool
    extra_specs: bool
    admin: bool

    @classmethod
    def by(cls, request: Request) -> "Seen":
        def may(rule, since="2.1"):
            return request.version >= since and policies.allowed(request.context, rule)
        return cls(extended=may(rules.EXTENDED_ATTRIBUTES), host_status=may(rules.HOST_STATUS, "2.16"),
                   extra_specs=may("os_compute_api:os-flavor-extra-specs:index", "2.47"),
                   admin=bool(request.context.is_admin))


def created(request: Request, uuid: str, asked: dict, security_groups, password: str) -> dict:
    """The answer to a create: little on purpose; the rest as it was ``asked`` for in the body, ``security_groups`` by
    their names."""
    body = {
        "id": uuid,
        "links": request.links("servers", uuid),
        "OS-DCF:diskConfig": asked.get("OS-DCF:diskConfig", "MANUAL"),
        "security_groups": [{"name": name} for name in security_groups],
    }
    if CONF.api.enable_instance_password:
        body["adminPass"] = password
    return {"server": body}


def index(request: Request, servers, limit: int) -> dict:
    return _page(request, [{"id": server.uuid, "name": server.display_name,
                            "links": request.links("servers", server.uuid)} for server in servers], limit)


def detail(request: Request, servers, limit: int, seen: Seen, host_statuses: dict) -> dict:
    return _page(request, [full(request, server, seen, host_statuses) for server in servers], limit)


def show(request: Request, server: Instance, seen: Seen, host_statuses: dict, group: str | None) -> dict:
    """``group``: the uuid of its server group."""
    return _alone(request, full(request, server, seen, host_statuses), group)


def updated(request: Request, server: Instance, seen: Seen, host_statuses: dict, group: str | None) -> dict:
    """PUT until 2.74 answers with less than GET; addresses are without type and MAC."""
    if request.version >= "2.75":
        return show(request, server, seen, host_statuses, group)
    return _alone(request, _base(request, server, seen, extended_addresses=False), group)


def rebuilt(request: Request, server: Instance, seen: Seen, host_statuses: dict, group: str | None,
            password: str) -> dict:
    """As the answer to PUT, and what a rebuild may have changed beside that."""
    body = updated(request, server, seen, host_statuses, group)
    body["server"].pop("OS-EXT-SRV-ATTR:user_data", None)       # beside user_data, Nova's answer has not this one
    if request.version >= "2.54":
        body["server"]["key_name"] = server.key_name
    if request.version >= "2.57":
        body["server"]["user_data"] = server.user_data
    if CONF.api.enable_instance_password:
        body["server"]["adminPass"] = password
    return body


def _alone(request: Request, body: dict, group: str | None) -> dict:
    """An answer about one server: lists do not tell its group."""
    if request.version >= "2.71":
        body["server_groups"] = [group] if group else []
    return {"server": body}


def full(request: Request, server: Instance, seen: Seen, host_statuses: dict) -> dict:
    """``host_statuses``: {host: UP, DOWN …} of the hosts of all servers of the answer."""
    version = request.version
    body = _base(request, server, seen, extended_addresses=True)
    body |= {
        "OS-EXT-AZ:availability_zone": server.availability_zone or "",
        "config_drive": "True" if server.config_drive else "",
        "key_name": server.key_name,
        "OS-SRV-USG:launched_at": times.microseconds(server.launched_at),
        "OS-SRV-USG:terminated_at": times.microseconds(server.terminated_at),
        "OS-EXT-STS:task_state": server.task_state,
        "OS-EXT-STS:vm_state": server.vm_state,
        "OS-EXT-STS:power_state": server.power_state,
        "os-extended-volumes:volumes_attached": [],
    }
    groups = dict.fromkeys(name for vif in server.network_info for name in vif.security_groups)
    if groups:
        body["security_groups"] = [{"name": name} for name in groups]
    if seen.extended:
        body |= _extended(server, version)
    elif version >= "2.90":
        body["OS-EXT-SRV-ATTR:hostname"] = server.hostname
    if seen.host_status:
        body["host_status"] = host_statuses.get(server.host, "UNKNOWN") if server.host else ""
    return body


def status(server: Instance) -> str:
    return "DELETED" if server.deleted else states.status(server.vm_state, server.task_state)


@functools.lru_cache(maxsize=4096)
def host_id(project_id: str, host: str | None) -> str:
    """The same host looks different to two projects."""
    return hashlib.sha224(f"{project_id}{host}".encode()).hexdigest() if host else ""


def _page(request, items, limit) -> dict:
    page = {"servers": items}
    if items and len(items) == limit:
        page["servers_links"] = [request.next_link(items[-1]["id"])]
    return page


def _base(request: Request, server: Instance, seen: Seen, extended_addresses: bool) -> dict:
    """The fields that the answer to PUT has too."""
    version = request.version
    body = {
        "id": server.uuid,
        "name": server.display_name,
        "status": status(server),
        "tenant_id": server.project_id,
        "user_id": server.user_id,
        "metadata": server.metadata,
        "hostId": host_id(server.project_id, server.host),
        "image": _image(request, server),
        "flavor": _flavor(request, server.flavor, seen),
        "created": times.seconds(server.created_at),
        "updated": times.seconds(server.updated_at),
        "addresses": {} if server.vm_state == states.BUILDING else ips.addresses(server.network_info,
                                                                                  extended_addresses),
        "accessIPv4": server.access_ip_v4 or "",
        "accessIPv6": server.access_ip_v6 or "",
        "links": request.links("servers", server.uuid),
        "OS-DCF:diskConfig": _disk_config(server),
    }
    if body["status"] in PROGRESS_STATUSES:
        body["progress"] = server.progress
    if body["status"] in FAULT_STATUSES and server.fault:
        body["fault"] = _fault(server.fault, seen)
    if version >= "2.9":
        body["locked"] = server.locked
    if version >= "2.19":
        body["description"] = server.display_description
    if version >= "2.26":
        body["tags"] = list(server.tags)
    if version >= "2.63":
        body["trusted_image_certificates"] = None
    if version >= "2.73":
        body["locked_reason"] = server.locked_reason
    if version >= "2.96":
        body["pinned_availability_zone"] = server.pinned_availability_zone
    if version >= "2.100":
        body["scheduler_hints"] = {name: value if isinstance(value, list) else [value]
                                   for name, value in server.scheduler_hints.items()}
    return body


def _extended(server: Instance, version) -> dict:
    attributes = {
        "host": server.host,
        "instance_name": CONF.libvirt.instance_name_template % server.uuid[:8],
        "hypervisor_hostname": server.node,
    }
    if version >= "2.3":
        properties = server.image_meta.properties
        attributes |= {
            "reservation_id": server.reservation_id,
            "launch_index": server.launch_index,
            "hostname": server.hostname,
            "kernel_id": properties.get("kernel_id", ""),
            "ramdisk_id": properties.get("ramdisk_id", ""),
            "root_device_name": server.root_device_name,
            "user_data": server.user_data,
        }
    return {f"OS-EXT-SRV-ATTR:{key}": value for key, value in attributes.items()}


def _disk_config(server) -> str:
    return "AUTO" if server.auto_disk_config else "MANUAL"


def _image(request, server):
    if not server.image_ref:
        return ""
    image = {"id": server.image_ref,
             "links": [{"rel": "bookmark", "href": request.bookmark("images", server.image_ref)}]}
    if request.version >= "2.98":
        image["properties"] = image_properties.shown(server.image_meta.properties)
    return image


def _flavor(request, flavor: Flavor, seen: Seen) -> dict:
    if request.version < "2.47":
        return {"id": flavor.flavorid,
                "links": [{"rel": "bookmark", "href": request.bookmark("flavors", flavor.flavorid)}]}
    embedded = {"vcpus": flavor.vcpus, "ram": flavor.memory_mb, "disk": flavor.root_gb,
                "ephemeral": flavor.ephemeral_gb, "swap": flavor.swap, "original_name": flavor.name}
    if seen.extra_specs:
        embedded["extra_specs"] = flavor.extra_specs
    return embedded


def _fault(fault, seen: Seen) -> dict:
    body = {"code": fault.code, "created": times.seconds(fault.created), "message": fault.message}
    if fault.details and (seen.admin or fault.code != 500):
        body["details"] = fault.details
    return body
