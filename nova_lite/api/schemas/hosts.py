"""Bodies and answers of hosts, until 2.42."""
from nova_lite.api.schemas.parameter_types import INTEGER, STRING, TEXT, always, exact, listed, strict

_SWITCH = {"type": "string", "enum": ["enable", "Enable", "ENABLE", "disable", "Disable", "DISABLE"]}
UPDATE = always({**strict({"status": _SWITCH, "maintenance_mode": _SWITCH}), "minProperties": 1})
LIST = always({"type": "object", "properties": {"zone": TEXT}, "additionalProperties": True})

# -- answers -----------------------------------------------------------------------------------------------
LISTED = always(exact({"hosts": listed(exact({"host_name": STRING, "service": STRING, "zone": STRING}))}))
SHOWN = always(exact({"host": listed(exact({"resource": exact(
    {"host": STRING, "project": STRING, "cpu": INTEGER, "memory_mb": INTEGER, "disk_gb": INTEGER})}))}))
