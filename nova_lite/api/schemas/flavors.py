"""Bodies and queries of flavors."""
from nova_lite.api.schemas.parameter_types import BOOLEAN, NAME, PAGE, REGEX, TEXT, each, extended, strict

_MAX_INT = 0x7FFFFFFF
_SP_FLOAT_MAX = 3.40282e+38
_POSITIVE = {"type": ["integer", "string"], "pattern": "^[0-9]*$", "minLength": 1, "minimum": 1, "maximum": _MAX_INT}
_NATURAL = {**_POSITIVE, "minimum": 0}
_DESCRIPTION = {"type": ["string", "null"], "minLength": 0, "maxLength": 65535, "format": "description"}

_create = strict({"flavor": strict({
    "name": NAME,
    "id": {"type": ["string", "number", "null"], "minLength": 1, "maxLength": 255,
           "pattern": "^(?! )[a-zA-Z0-9. _-]+(?<! )$"},
    "ram": _POSITIVE,
    "vcpus": _POSITIVE,
    "disk": _NATURAL,
    "OS-FLV-EXT-DATA:ephemeral": _NATURAL,
    "swap": _NATURAL,
    "rxtx_factor": {"type": ["number", "string"], "pattern": r"^[0-9]+(\.[0-9]+)?$", "minimum": 0,
                    "exclusiveMinimum": True, "maximum": _SP_FLOAT_MAX},
    "os-flavor-access:is_public": BOOLEAN,
}, ("name", "ram", "vcpus", "disk"))}, ("flavor",))
_create_v255 = extended(_create, "flavor", description=_DESCRIPTION)
CREATE = (("2.1", _create), ("2.55", _create_v255), ("2.102", extended(_create_v255, "flavor", rxtx_factor=None)))
UPDATE = (("2.55", strict({"flavor": strict({"description": _DESCRIPTION}, ("description",))}, ("flavor",))),)

_list = {"type": "object", "additionalProperties": True, "properties": {
    **PAGE, "is_public": TEXT, "minRam": TEXT, "minDisk": TEXT, "sort_key": TEXT,
    "sort_dir": each({"type": "string", "enum": ["asc", "desc"]})}}
_list_v275 = {**_list, "additionalProperties": False}
LIST = (("2.1", _list), ("2.75", _list_v275), ("2.102", extended(_list_v275, name=REGEX)))
