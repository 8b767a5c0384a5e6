"""Bodies and queries of services."""
from nova_lite.api.schemas.parameter_types import (
    BOOLEAN,
    INTEGER,
    MICROSECONDS,
    STRING,
    TEXT,
    TRUTH,
    UUID,
    exact,
    extended,
    growing,
    listed,
    or_null,
    strict,
)

_HOST = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[a-zA-Z0-9-._]*$"}
_STRING = {"type": "string", "minLength": 1, "maxLength": 255, "format": "text"}

_update = strict({"host": _HOST, "binary": _STRING, "disabled_reason": _STRING}, ("host", "binary"))
UPDATE = (("2.1", _update), ("2.11", extended(_update, forced_down=BOOLEAN)),
          ("2.53", strict({"status": {"type": "string", "enum": ["enabled", "disabled"]},
                           "disabled_reason": _STRING, "forced_down": BOOLEAN})))

_list = {"type": "object", "properties": {"host": TEXT, "binary": TEXT}, "additionalProperties": True}
LIST = (("2.1", _list), ("2.75", {**_list, "additionalProperties": False}))

# -- answers -----------------------------------------------------------------------------------------------
_STATUS = {"enum": ["enabled", "disabled"]}
_full = (("2.1", {"id": INTEGER, "binary": STRING, "host": STRING, "zone": STRING, "status": _STATUS,
                  "state": {"enum": ["up", "down"]}, "updated_at": or_null(MICROSECONDS),
                  "disabled_reason": or_null(STRING)}),
         ("2.11", {"forced_down": TRUTH}),
         ("2.53", {"id": UUID}))
_full_v253 = {key: value for _, step in _full for key, value in step.items()}


def _told(properties: dict) -> dict:
    """Until 2.52 the verb decides what is told."""
    return exact({"service": exact(properties, ("status", "disabled_reason", "forced_down"))})


LISTED = growing(lambda properties: exact({"services": listed(exact(properties))}), *_full)
UPDATED = (*growing(_told, ("2.1", {"host": STRING, "binary": STRING, "status": _STATUS, "disabled_reason": STRING}),
                    ("2.11", {"forced_down": TRUTH})),
           ("2.53", exact({"service": exact(_full_v253)})))
