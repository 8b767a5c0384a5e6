"""Queries of hypervisors: strict from 2.53 on."""
from nova_lite.api.schemas.parameter_types import (
    BOOLEAN,
    INTEGER,
    LIMIT,
    LINKS,
    PAGE,
    STRING,
    TEXT,
    UUID,
    always,
    exact,
    growing,
    listed,
    once,
    or_null,
)

_any = {"type": "object", "properties": {}, "additionalProperties": True}
_with_servers = {"with_servers": {"type": "array", "maxItems": 1, "items": BOOLEAN}}
_pattern = {"type": "array", "maxItems": 1,
            "items": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[a-zA-Z0-9-._]*$"}}
LIST = (("2.1", _any), ("2.33", {**_any, "properties": PAGE}),
        ("2.53", {"type": "object", "additionalProperties": False, "properties": {
            "limit": once(LIMIT), "marker": once(TEXT), "hypervisor_hostname_pattern": _pattern, **_with_servers}}))
SHOW = (("2.1", _any), ("2.53", {"type": "object", "additionalProperties": False, "properties": _with_servers}))

# -- answers -----------------------------------------------------------------------------------------------
_USAGE = dict.fromkeys(("vcpus", "vcpus_used", "memory_mb", "memory_mb_used", "free_ram_mb", "local_gb",
                        "local_gb_used", "free_disk_gb", "disk_available_least", "running_vms",
                        "current_workload"), INTEGER)
_brief = {"id": INTEGER, "hypervisor_hostname": STRING, "state": {"enum": ["up", "down"]},
          "status": {"enum": ["enabled", "disabled"]}}
_servers = {"servers": listed(exact({"name": STRING, "uuid": UUID}))}


def _service(identifier: dict) -> dict:
    return {"service": exact({"id": identifier, "host": STRING, "disabled_reason": or_null(STRING)})}


_uuid = ("2.53", {"id": UUID, **_servers})
_full = (
    ("2.1", {**_brief, **_USAGE, "hypervisor_type": STRING, "hypervisor_version": INTEGER, "host_ip": STRING,
             "cpu_info": STRING, **_service(INTEGER)}),
    ("2.28", {"cpu_info": {"type": "object"}}),
    ("2.53", {**_uuid[1], **_service(UUID)}),
    ("2.88", {**dict.fromkeys((*_USAGE, "cpu_info")), "uptime": or_null(STRING)}),
)


def _page(properties: dict) -> dict:
    return exact({"hypervisors": listed(_one(properties)), "hypervisors_links": LINKS}, ("hypervisors_links",))


def _one(properties: dict) -> dict:
    return exact(properties, ("servers",))


LISTED = growing(_page, ("2.1", _brief), _uuid)
DETAILED = growing(_page, *_full)
SHOWN = growing(lambda properties: exact({"hypervisor": _one(properties)}), *_full)
FOUND = always(exact({"hypervisors": listed(exact(_brief))}))
FOUND_WITH_SERVERS = always(exact({"hypervisors": listed(exact({**_brief, **_servers}, ("servers",)))}))
UPTIME = growing(lambda properties: exact({"hypervisor": exact(properties)}),
                 ("2.1", {**_brief, "uptime": STRING}), ("2.53", {"id": UUID}))
STATISTICS = always(exact({"hypervisor_statistics": exact({"count": INTEGER, **_USAGE})}))
