"""Bodies and query strings of servers, each with the microversion it begins at."""
from nova_lite.api.microversions import APIVersion
from nova_lite.api.schemas import ips
from nova_lite.api.schemas import parameter_types as types
from nova_lite.api.schemas.parameter_types import extended, strict

DISK_CONFIG = {"type": "string", "enum": ["AUTO", "MANUAL"]}
ACCESS = {"accessIPv4": types.IPV4, "accessIPv6": types.IPV6}
_LABEL = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_END = r"$(?!\n)"                 # "$" alone lets a line's end pass
HOSTNAME = {"type": "string", "minLength": 2, "maxLength": 63, "pattern": f"^{_LABEL}{_END}"}
FQDN = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": f"^[a-zA-Z0-9-._]*{_END}"}
HOST = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[a-zA-Z0-9-._]*$"}

# -- POST /servers ------------------------------------------------------------------------------------
_DEVICE_V1 = strict({
    "virtual_name": {"type": "string", "maxLength": 255},
    "volume_id": types.UUID,
    "snapshot_id": types.UUID,
    "volume_size": {"type": ["integer", "string"], "pattern": "^[0-9]+$", "minimum": 1},
    "device_name": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[a-zA-Z0-9._/-]*$"},
    "delete_on_termination": types.BOOLEAN,
    "no_device": {},
    "connection_info": {"type": "string"},
})
_DEVICE = extended(
    _DEVICE_V1,
    source_type={"type": "string", "enum": ["volume", "image", "snapshot", "blank"]},
    uuid={"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[a-zA-Z0-9._-]*$"},
    image_id=types.UUID,
    destination_type={"type": "string", "enum": ["local", "volume"]},
    guest_format={"type": "string", "maxLength": 255},
    device_type={"type": "string", "maxLength": 255},
    disk_bus={"type": "string", "maxLength": 255},
    boot_index={"type": ["integer", "string", "null"], "pattern": "^-?[0-9]+$"})
_PORT = {"oneOf": [types.UUID, {"type": "null"}]}
_NETWORK = strict({"fixed_ip": types.IP_ADDRESS, "port": _PORT, "uuid": {"type": "string", "maxLength": 255}})
_NETWORK_37 = extended(_NETWORK, uuid=types.UUID)


def _networks_37(network):
    return {"oneOf": [{"type": "array", "items": network}, {"type": "string", "enum": ["none", "auto"]}]}


SCHEDULER_HINTS = {
    "type": "object",
    "properties": {
        "group": {"oneOf": [types.UUID, {"type": "array", "items": types.UUID}]},
        "different_host": {"oneOf": [types.UUID, {"type": "array", "items": types.UUID}]},
        "same_host": {"type": ["string", "array"], "items": types.UUID},
        "query": {"type": ["string", "object"]},
        "target_cell": types.NAME,
        "different_cell": {"type": ["string", "array"], "items": {"type": "string"}},
        "build_near_host_ip": types.IP_ADDRESS,
        "cidr": {"type": "string", "pattern": "^/[0-9a-f.:]+$"},
    },
    "additionalProperties": True,
}
PERSONALITY = {"type": "array", "items": strict({
    "path": {"type": "string", "minLength": 1}, "contents": {"type": "string", "format": "base64"}})}
USER_DATA = {"type": "string", "format": "base64", "maxLength": 65535}
CERTIFICATES = {"type": ["array", "null"], "minItems": 1, "maxItems": 50, "uniqueItems": True,
                "items": {"type": "string", "minLength": 1, "format": "text"}}
_CREATE = strict({
    "server": strict({
        "name": types.NAME,
        "imageRef": {"oneOf": [types.UUID, {"type": "string", "maxLength": 0}]},
        "flavorRef": {"type": ["string", "integer"], "minLength": 1},
        "adminPass": {"type": "string"},
        "metadata": types.METADATA,
        "networks": {"type": "array", "items": _NETWORK},
        "OS-DCF:diskConfig": DISK_CONFIG,
        **ACCESS,
        "personality": PERSONALITY,
        "availability_zone": types.NAME,
        "block_device_mapping": {"type": "array", "items": _DEVICE_V1},
        "block_device_mapping_v2": {"type": "array", "items": _DEVICE},
        "config_drive": types.BOOLEAN,
        "key_name": types.NAME,
        "min_count": types.POSITIVE_INTEGER,
        "max_count": types.POSITIVE_INTEGER,
        "return_reservation_id": types.BOOLEAN,
        "security_groups": {"type": "array", "items": strict({"name": types.NAME})},
        "user_data": USER_DATA,
    }, required=("name", "flavorRef")),
    "os:scheduler_hints": SCHEDULER_HINTS,
    "OS-SCH-HNT:scheduler_hints": SCHEDULER_HINTS,
}, required=("server",))
_CREATE_19 = extended(_CREATE, "server", description=types.DESCRIPTION)
# Nova took a tag of a network from 2.32 to 2.36 and of a block device at 2.32 alone (a slip that became
# the interface); both came back at 2.42.
_CREATE_33 = extended(_CREATE_19, "server", networks={"type": "array", "items": extended(_NETWORK, tag=types.TAG)})
_CREATE_32 = extended(_CREATE_33, "server", "block_device_mapping_v2", tag=types.TAG)
_CREATE_37 = extended(_CREATE_19, "server", networks=_networks_37(_NETWORK_37))
_CREATE_37["properties"]["server"]["required"] = ["name", "flavorRef", "networks"]
_CREATE_42 = extended(extended(_CREATE_37, "server", networks=_networks_37(extended(_NETWORK_37, tag=types.TAG))),
                      "server", "block_device_mapping_v2", tag=types.TAG)
_CREATE_52 = extended(_CREATE_42, "server", tags={"type": "array", "items": types.TAG, "maxItems": 50})
_CREATE_57 = extended(_CREATE_52, "server", personality=None)
_CREATE_63 = extended(_CREATE_57, "server", trusted_image_certificates=CERTIFICATES)
_CREATE_67 = extended(_CREATE_63, "server", "block_device_mapping_v2",
                      volume_type={"type": ["string", "null"], "maxLength": 255})
_CREATE_74 = extended(_CREATE_67, "server", host=HOST, hypervisor_hostname=HOST)
_CREATE_90 = extended(_CREATE_74, "server", hostname=HOSTNAME)
_CREATE_94 = extended(_CREATE_90, "server", hostname=FQDN)
CREATE = (("2.1", _CREATE), ("2.19", _CREATE_19), ("2.32", _CREATE_32), ("2.33", _CREATE_33), ("2.37", _CREATE_37),
          ("2.42", _CREATE_42), ("2.52", _CREATE_52), ("2.57", _CREATE_57), ("2.63", _CREATE_63), ("2.67", _CREATE_67),
          ("2.74", _CREATE_74), ("2.90", _CREATE_90), ("2.94", _CREATE_94))

# -- PUT /servers/{id} ----------------------------------------------------------------------------------
_UPDATE = strict({"server": strict({"name": types.NAME, "OS-DCF:diskConfig": DISK_CONFIG, **ACCESS})}, ("server",))
_UPDATE_19 = extended(_UPDATE, "server", description=types.DESCRIPTION)
_UPDATE_90 = extended(_UPDATE_19, "server", hostname=HOSTNAME)
_UPDATE_94 = extended(_UPDATE_90, "server", hostname=FQDN)
UPDATE = (("2.1", _UPDATE), ("2.19", _UPDATE_19), ("2.90", _UPDATE_90), ("2.94", _UPDATE_94),
          ("2.104", extended(_UPDATE_94, "server", pinned_availability_zone={
              "oneOf": [types.NAME, {"type": "null"}]})))

# -- GET /servers, /servers/detail ------------------------------------------------------------------------
SORT_KEYS = ("access_ip_v4", "access_ip_v6", "auto_disk_config", "availability_zone", "config_drive", "created_at",
             "display_description", "display_name", "host", "hostname", "image_ref", "instance_type_id", "kernel_id",
             "key_name", "launch_index", "launched_at", "locked_by", "node", "power_state", "progress", "project_id",
             "ramdisk_id", "root_device_name", "task_state", "terminated_at", "updated_at", "user_id", "uuid",
             "vm_state")
# Taken without an error until 2.74, for the sake of old clients, and without effect.
IGNORED_SORT_KEYS = ("architecture", "cell_name", "cleaned", "default_ephemeral_device", "default_swap_device",
                     "deleted", "deleted_at", "disable_terminate", "ephemeral_gb", "ephemeral_key_uuid", "id",
                     "key_data", "launched_on", "locked", "memory_mb", "os_type", "reservation_id", "root_gb",
                     "shutdown_terminate", "user_data", "vcpus", "vm_mode")
# Not filters: each is a 400 for those who may use all filters.
JOINED_TABLES = ("block_device_mapping", "services", "metadata", "system_metadata", "info_cache", "security_groups",
                 "pci_devices")


def _sort_keys(keys):
    return types.each({"type": "string", "enum": list(keys)})


_LIST = {
    "type": "object",
    "properties": {
        **types.PAGE,
        "sort_key": _sort_keys(SORT_KEYS + IGNORED_SORT_KEYS),
        "sort_dir": types.each({"type": "string", "enum": ["asc", "desc"]}),
        **dict.fromkeys(("user_id", "project_id", "tenant_id", "launch_index", "image", "image_ref", "vm_state", "host",
                         "uuid", "all_tenants", "soft_deleted", "deleted", "status", *JOINED_TABLES), types.TEXT),
        **dict.fromkeys(("kernel_id", "ramdisk_id", "hostname", "key_name", "power_state", "task_state", "node",
                         "flavor", "reservation_id", "launched_at", "terminated_at", "created_at",
                         "availability_zone", "name", "display_name", "description", "display_description",
                         "locked_by", "root_device_name", "config_drive", "access_ip_v4", "access_ip_v6",
                         "auto_disk_config", "progress", "ip", "ip6"), types.REGEX),
        "changes-since": types.DATE_TIME,
    },
    "patternProperties": {"^_": types.TEXT},
    "additionalProperties": True,
}
_LIST_26 = extended(_LIST, **dict.fromkeys(("tags", "tags-any", "not-tags", "not-tags-any"), types.TEXT))
_LIST_66 = extended(_LIST_26, **{"changes-before": types.DATE_TIME})
_LIST_73 = extended(_LIST_66, locked=types.TEXT)
_LIST_75 = {**extended(_LIST_73, sort_key=_sort_keys((*SORT_KEYS, "locked"))), "additionalProperties": False}
LIST = (("2.1", _LIST), ("2.26", _LIST_26), ("2.66", _LIST_66), ("2.73", _LIST_73), ("2.75", _LIST_75))
NO_QUERY = (("2.1", {"type": "object", "additionalProperties": True}),
            ("2.102", {"type": "object", "additionalProperties": False}))

# -- answers ------------------------------------------------------------------------------------------------
_ID = {"id": types.UUID, "links": types.LINKS}
_GROUPS = types.listed(types.exact({"name": types.STRING}))
_EMPTY = {"type": "string", "maxLength": 0}
_BOOKMARKED = {"id": types.STRING, "links": types.LINKS}
_ADDRESSES = {"type": "object", "additionalProperties": types.listed(types.exact({
    **ips.ADDRESS, "OS-EXT-IPS:type": {"enum": ["fixed", "floating"]}, "OS-EXT-IPS-MAC:mac_addr": types.STRING}))}


def _image(**more) -> dict:
    return {"image": {"oneOf": [_EMPTY, types.exact({**_BOOKMARKED, **more})]}}


_BASE = {
    **_ID, "name": types.STRING, "status": types.STRING, "tenant_id": types.STRING, "user_id": types.STRING,
    "metadata": types.PAIRS, "hostId": types.STRING, **_image(), "flavor": types.exact(_BOOKMARKED),
    "created": types.SECONDS, "updated": types.SECONDS, "accessIPv4": types.STRING, "accessIPv6": types.STRING,
    "OS-DCF:diskConfig": DISK_CONFIG, "progress": types.INTEGER,
    "fault": types.exact({"code": types.INTEGER, "created": types.SECONDS, "message": types.STRING,
                          "details": types.STRING}, ("details",)),
}
_ATTRIBUTES = {f"OS-EXT-SRV-ATTR:{key}": value for key, value in {
    "reservation_id": types.STRING, "launch_index": types.INTEGER, "hostname": types.STRING, "kernel_id": types.STRING,
    "ramdisk_id": types.STRING, "root_device_name": types.or_null(types.STRING),
    "user_data": types.or_null(types.STRING)}.items()}
_FULL = {
    **_BASE, "addresses": _ADDRESSES, "OS-EXT-AZ:availability_zone": types.STRING,
    "config_drive": {"enum": ["True", ""]}, "key_name": types.or_null(types.STRING),
    "OS-SRV-USG:launched_at": types.or_null(types.MICROSECONDS),
    "OS-SRV-USG:terminated_at": types.or_null(types.MICROSECONDS),
    "OS-EXT-STS:task_state": types.or_null(types.STRING), "OS-EXT-STS:vm_state": types.STRING,
    "OS-EXT-STS:power_state": types.INTEGER,
    "os-extended-volumes:volumes_attached": {"type": "array", "maxItems": 0}, "security_groups": _GROUPS,
    "OS-EXT-SRV-ATTR:host": types.or_null(types.STRING), "OS-EXT-SRV-ATTR:instance_name": types.STRING,
    "OS-EXT-SRV-ATTR:hypervisor_hostname": types.or_null(types.STRING),
}
# By their state, or for those who may see them.
_OPTIONAL = ("progress", "fault", "security_groups", "host_status", "OS-EXT-SRV-ATTR:host",
             "OS-EXT-SRV-ATTR:instance_name", "OS-EXT-SRV-ATTR:hypervisor_hostname", "adminPass", *_ATTRIBUTES)
_EMBEDDED_FLAVOR = types.exact({
    **dict.fromkeys(("vcpus", "ram", "disk", "ephemeral", "swap"), types.INTEGER), "original_name": types.STRING,
    "extra_specs": types.PAIRS}, ("extra_specs",))
_STEPS = (
    ("2.3", _ATTRIBUTES),
    ("2.9", {"locked": types.TRUTH}),
    ("2.16", {"host_status": {"enum": ["UP", "DOWN", "MAINTENANCE", "UNKNOWN", ""]}}),
    ("2.19", {"description": types.or_null(types.STRING)}),
    ("2.26", {"tags": types.listed(types.STRING)}),
    ("2.47", {"flavor": _EMBEDDED_FLAVOR}),
    ("2.63", {"trusted_image_certificates": types.NULL}),
    ("2.71", {"server_groups": types.listed(types.UUID)}),
    ("2.73", {"locked_reason": types.or_null(types.STRING)}),
    ("2.96", {"pinned_availability_zone": types.or_null(types.STRING)}),
    ("2.98", _image(properties=types.PAIRS)),
    ("2.100", {"scheduler_hints": {"type": "object", "additionalProperties": {"type": "array"}}}),
)


def _steps(*left_out: str) -> list:
    return [(version, changes) for version, changes in _STEPS if version not in left_out]


def _with(steps: list, *more: tuple[str, dict]) -> list:
    """Steps in the order of their versions."""
    return sorted((*steps, *more), key=lambda step: APIVersion(step[0]))


def _since(version: str, schemas: tuple) -> tuple:
    """Those of ``version`` and later."""
    old = [schema for since, schema in schemas if APIVersion(version) >= since]
    return ((version, old[-1]), *((since, schema) for since, schema in schemas if APIVersion(version) < since))


def _page(properties: dict) -> dict:
    return types.exact({"servers": types.listed(types.exact(properties, _OPTIONAL)), "servers_links": types.LINKS},
                       ("servers_links",))


def _one(properties: dict) -> dict:
    return types.exact({"server": types.exact(properties, _OPTIONAL)})


LISTED = types.always(_page({**_ID, "name": types.STRING}))
DETAILED = types.growing(_page, ("2.1", _FULL), *_steps("2.71"))
SHOWN = types.growing(_one, ("2.1", _FULL), *_steps())
_PUT = {**_BASE, "addresses": ips.LISTED[0][1]["properties"]["addresses"]}
_PASSWORD = {"adminPass": types.STRING}
UPDATED = (
    *types.growing(_one, ("2.1", _PUT),
                   *_steps("2.3", "2.16", "2.96", "2.98", "2.100")),
    *_since("2.75", SHOWN))                       # from 2.75 on a PUT answers as a GET does
# A rebuild's is a PUT's with what it may have changed beside that.
_CHANGED = (("2.54", {"key_name": types.or_null(types.STRING)}), ("2.57", {"user_data": types.or_null(types.STRING)}))
REBUILT = (
    *types.growing(_one, ("2.1", {**_PUT, **_PASSWORD}),
                   *_with(_steps("2.3", "2.16", "2.96", "2.98", "2.100"), *_CHANGED)),
    *_since("2.75", types.growing(_one, ("2.1", {**_FULL, **_PASSWORD}), *_with(_steps(), *_CHANGED))))
CREATED = types.always({"oneOf": [
    types.exact({"server": types.exact({**_ID, "OS-DCF:diskConfig": DISK_CONFIG, "security_groups": _GROUPS,
                                        "adminPass": types.STRING}, ("adminPass",))}),
    types.exact({"reservation_id": types.STRING})]})
