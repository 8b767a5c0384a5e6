"""Reads the body of a create: what the schema cannot say, in Nova's order of checks."""
import base64
import random
import secrets

from oslo_utils import strutils, uuidutils

from nova_lite import exceptions
from nova_lite.api import policies
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_shown import shortest
from nova_lite.api.policies import servers as rules
from nova_lite.compute.api import CreateRequest
from nova_lite.conf import CONF
from nova_lite.models import BlockDevice, ImageMeta, NetworkRequest
from nova_lite.models.block_device import ROOT
from nova_lite.models.network import AUTO

# Letters and digits that nobody takes for another.
_PASSWORD_GROUPS = ("23456789", "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz")
PASSWORD_LENGTH = 12
MAX_COUNT = 1_000_000


def read(request) -> CreateRequest:
    """The create that the body asks for.  Raises Invalid (400), Forbidden (403)."""
    body, context = request.parsed_body, request.context
    server = body["server"]
    zone, host, node = _availability_zone(server.get("availability_zone"))
    if host or node:
        policies.check(context, rules.FORCED_HOST)
    if "host" in server or "hypervisor_hostname" in server:
        policies.check(context, rules.REQUESTED_DESTINATION)
        if host or node:
            raise exceptions.Invalid("Can not specify host or hypervisor_hostname with a host in availability_zone.")
        host, node = server.get("host"), server.get("hypervisor_hostname")
        _check_destination(host, node)
    if server.get("trusted_image_certificates"):
        raise exceptions.Invalid("This cloud does not validate images by certificates.")
    min_count, max_count = _counts(server)
    image_id = _image_id(server)
    networks = _networks(server.get("networks"))
    try:
        flavor = compute().flavor(context, _last_part(server["flavorRef"]))
        image = compute().image(context, image_id) if image_id else ImageMeta()
    except exceptions.NotFound as error:
        raise exceptions.Invalid(str(error)) from error
    if not flavor.root_gb and not policies.allowed(context, rules.ZERO_DISK_FLAVOR):
        raise exceptions.BootFromVolumeRequiredForZeroDiskFlavor()
    return CreateRequest(
        display_name=server["name"],
        flavor=flavor,
        image=image,
        # Nova's servers of before descriptions have their name as one.
        display_description=server.get("description") if request.version >= "2.19" else server["name"],
        hostname=server.get("hostname"),
        key_name=server.get("key_name"),
        user_data=server.get("user_data"),
        metadata=server.get("metadata", {}),
        tags=tuple(dict.fromkeys(server.get("tags", ()))),
        injected_files=injected_files(server.get("personality", ())),
        admin_password=server.get("adminPass") or generate_password(),
        requested_networks=networks,
        block_devices=_block_devices(server),
        security_groups=security_groups(server.get("security_groups")),
        availability_zone=zone,
        force_host=host,
        force_node=node,
        config_drive=truth(server.get("config_drive", False)),
        min_count=min_count,
        max_count=max_count,
        scheduler_hints=hints(body.get("os:scheduler_hints") or body.get("OS-SCH-HNT:scheduler_hints") or {}),
        auto_disk_config=server.get("OS-DCF:diskConfig") == "AUTO",
        access_ip_v4=server.get("accessIPv4"),
        access_ip_v6=shortest(server["accessIPv6"]) if server.get("accessIPv6") else None)


def truth(value) -> bool:
    """A lenient boolean that the schema has passed."""
    return strutils.bool_from_string(value)


def generate_password() -> str:
    """A random password with a character of each group."""
    characters = [secrets.choice(group) for group in _PASSWORD_GROUPS]
    characters += [secrets.choice("".join(_PASSWORD_GROUPS)) for _ in range(PASSWORD_LENGTH - len(characters))]
    random.SystemRandom().shuffle(characters)
    return "".join(characters)


def _availability_zone(text: str | None):
    """``zone``, ``zone:host``, ``zone:host:node`` or ``zone::node`` as (zone, host, node)."""
    parts = [part or None for part in (text or "").split(":")]
    if len(parts) > 3 or (len(parts) > 1 and not any(parts[1:])):
        raise exceptions.Invalid(f"Unable to parse availability_zone: {text}")
    zone, host, node = (*parts, None, None)[:3]
    if not (zone in (None, CONF.default_availability_zone) or compute().is_zone(zone)):
        raise exceptions.Invalid("The requested availability zone is not available")
    return zone, host, node


def _check_destination(host: str | None, node: str | None) -> None:
    try:
        compute().check_destination(host, node)
    except exceptions.ComputeHostNotFound as error:
        raise exceptions.Invalid(str(error)) from error


def _counts(server) -> tuple[int, int]:
    min_count = int(server.get("min_count", 1))
    max_count = int(server.get("max_count", min_count))
    if min_count > max_count:
        raise exceptions.Invalid("min_count must be <= max_count")
    if max_count > MAX_COUNT:
        raise exceptions.ValidationError(f"Invalid input for field/attribute max_count. Value: {max_count}. "
                                         f"{max_count} is greater than the maximum of {MAX_COUNT}")
    return min_count, max_count


def _last_part(reference) -> str:
    """An id, also out of a whole URL."""
    return str(reference).split("?")[0].rstrip("/").rsplit("/", 1)[-1]


def _image_id(server) -> str:
    """The image to boot; block devices may only say the same again (no volumes yet)."""
    image = server.get("imageRef") or ""
    if server.get("block_device_mapping") and server.get("block_device_mapping_v2"):
        raise exceptions.Invalid("Using different block_device_mapping syntaxes is not allowed in the same request.")
    devices = server.get("block_device_mapping") or server.get("block_device_mapping_v2") or []
    if not image and not devices:
        raise exceptions.Invalid("Missing imageRef attribute")
    for device in devices:
        _check_device(device, image)
    return image


def _check_device(device: dict, image: str) -> None:
    root = str(device.get("boot_index", 0)) == "0"
    is_image = device.get("source_type") == "image" and device.get("destination_type", "local") == "local"
    if is_image and root and device.get("uuid", device.get("image_id")) == image:
        return
    if is_image:
        raise exceptions.Invalid("Block Device Mapping is Invalid: Mapping image to local is not supported.")
    raise exceptions.Invalid("Block Device Mapping is Invalid: volumes and additional local disks are not supported "
                             "by this cloud; boot from imageRef.")


def _block_devices(server) -> tuple[BlockDevice, ...]:
    """Those with a tag, of devices that ``_check_device`` has passed: all of them are the root disk."""
    tags = [device["tag"] for device in server.get("block_device_mapping_v2") or () if device.get("tag")]
    return tuple(BlockDevice(ROOT, tag) for tag in tags[-1:])


def _networks(asked) -> tuple[NetworkRequest, ...] | None:
    """None: the project's own (nothing said, and an empty list, as Nova reads it); (): "none"."""
    if asked == "none":
        return ()
    if asked == "auto":
        return (AUTO,)
    if not asked:
        return None
    found = []
    for network in asked:
        port, address, uuid = network.get("port"), network.get("fixed_ip"), network.get("uuid")
        if port and address:
            raise exceptions.Invalid(f"Specified Fixed IP '{address}' cannot be used with port '{port}': "
                                     "the two cannot be specified together.")
        if not port and uuid is None:
            raise exceptions.Invalid("Bad network format: missing 'uuid'")
        if not port and not uuidutils.is_uuid_like(uuid):
            raise exceptions.Invalid(f"Bad networks format: network uuid is not in proper format ({uuid})")
        found.append(NetworkRequest(network_id=None if port else uuid, port_id=port, address=address,
                                    tag=network.get("tag")))
    return tuple(found)


def hints(asked: dict) -> dict:
    """A server is in one server group, also when that stands in a list.  Raises Invalid for several."""
    group = asked.get("group")
    if not isinstance(group, list):
        return asked
    if len(set(group)) > 1:
        raise exceptions.Invalid("A server can be in one server group only.")
    return {name: value for name, value in asked.items() if name != "group"} | ({"group": group[0]} if group else {})


def security_groups(asked) -> tuple[str, ...]:
    names = dict.fromkeys(group["name"] for group in asked or () if "name" in group)
    return tuple(names) or ("default",)


def injected_files(personality) -> dict[str, str]:
    """{path: base64}.  Raises QuotaError (403) for too many or too large ones."""
    quota, found = CONF.quota, {}
    if 0 <= quota.injected_files < len(personality):
        raise exceptions.QuotaError("Personality file limit exceeded")
    for item in personality:
        if item.keys() != {"path", "contents"}:
            raise exceptions.Invalid("Bad personality format: an item has path and contents")
        path, contents = item["path"], item["contents"]
        if 0 <= quota.injected_file_path_length < len(path):
            raise exceptions.QuotaError(f"Personality file path exceeds maximum {quota.injected_file_path_length}")
        if 0 <= quota.injected_file_content_bytes < len(base64.b64decode(contents)):
            raise exceptions.QuotaError(
                f"Personality file content exceeds maximum {quota.injected_file_content_bytes}")
        found[path] = contents
    return found
