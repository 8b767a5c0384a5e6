"""Queries and answers of os-simple-tenant-usage; pages from 2.40 on."""
from nova_lite.api.schemas.parameter_types import (
    INTEGER,
    LINKS,
    MICROSECONDS,
    PAGE,
    STRING,
    TEXT,
    UUID,
    exact,
    extended,
    listed,
    or_null,
)

_list = {"type": "object", "properties": {"start": TEXT, "end": TEXT, "detailed": TEXT}, "additionalProperties": True}
_list_v240 = extended(_list, **PAGE)
LIST = (("2.1", _list), ("2.40", _list_v240), ("2.75", {**_list_v240, "additionalProperties": False}))
_show = {"type": "object", "properties": {"start": TEXT, "end": TEXT}, "additionalProperties": True}
_show_v240 = extended(_show, **PAGE)
SHOW = (("2.1", _show), ("2.40", _show_v240), ("2.75", {**_show_v240, "additionalProperties": False}))

# -- answers -----------------------------------------------------------------------------------------------
_NUMBER = {"type": "number"}
_server = exact({
    "hours": _NUMBER, "flavor": STRING, "instance_id": UUID, "name": STRING, "tenant_id": STRING,
    **dict.fromkeys(("memory_mb", "local_gb", "vcpus", "uptime"), INTEGER), "started_at": MICROSECONDS,
    "ended_at": or_null(MICROSECONDS), "state": STRING})
_usage = {"tenant_id": STRING, "start": MICROSECONDS, "stop": MICROSECONDS, "server_usages": listed(_server),
          **dict.fromkeys(("total_hours", "total_vcpus_usage", "total_memory_mb_usage", "total_local_gb_usage"),
                          _NUMBER)}
_listed = {"tenant_usages": listed(exact(_usage, ("server_usages",)))}
# A project that used nothing has an empty one.
_shown = {"tenant_usage": {"oneOf": [exact(_usage), {"type": "object", "maxProperties": 0}]}}
LISTED = (("2.1", exact(_listed)), ("2.40", exact({**_listed, "tenant_usages_links": LINKS}, ("tenant_usages_links",))))
SHOWN = (("2.1", exact(_shown)), ("2.40", exact({**_shown, "tenant_usage_links": LINKS}, ("tenant_usage_links",))))
