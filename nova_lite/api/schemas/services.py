"""Bodies and queries of services."""
from nova_lite.api.schemas.parameter_types import BOOLEAN, TEXT, extended, strict

_HOST = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[a-zA-Z0-9-._]*$"}
_STRING = {"type": "string", "minLength": 1, "maxLength": 255, "format": "text"}

_update = strict({"host": _HOST, "binary": _STRING, "disabled_reason": _STRING}, ("host", "binary"))
UPDATE = (("2.1", _update), ("2.11", extended(_update, forced_down=BOOLEAN)),
          ("2.53", strict({"status": {"type": "string", "enum": ["enabled", "disabled"]},
                           "disabled_reason": _STRING, "forced_down": BOOLEAN})))

_list = {"type": "object", "properties": {"host": TEXT, "binary": TEXT}, "additionalProperties": True}
LIST = (("2.1", _list), ("2.75", {**_list, "additionalProperties": False}))
