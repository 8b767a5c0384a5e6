"""Bodies and queries of flavors."""
from nova_lite.api.schemas.parameter_types import (
    BOOLEAN,
    INTEGER,
    LINKS,
    NAME,
    PAGE,
    PAIRS,
    REGEX,
    STRING,
    TEXT,
    TRUTH,
    each,
    exact,
    extended,
    growing,
    listed,
    or_null,
    strict,
)

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

# -- answers -----------------------------------------------------------------------------------------------
_brief = ({"id": STRING, "name": STRING, "links": LINKS}, ("2.55", {"description": or_null(STRING)}))
_full = (
    ("2.1", {"id": STRING, "name": STRING, "ram": INTEGER, "disk": INTEGER, "vcpus": INTEGER, "links": LINKS,
             "swap": {"oneOf": [INTEGER, {"type": "string", "maxLength": 0}]}, "OS-FLV-EXT-DATA:ephemeral": INTEGER,
             "os-flavor-access:is_public": TRUTH, "OS-FLV-DISABLED:disabled": TRUTH,
             "rxtx_factor": {"type": "number"}}),
    ("2.55", {"description": or_null(STRING)}),
    ("2.61", {"extra_specs": PAIRS}),           # for those who may see them
    ("2.75", {"swap": INTEGER}),
    ("2.102", {"OS-FLV-DISABLED:disabled": None, "rxtx_factor": None}),
)


def _flavor(properties: dict) -> dict:
    return exact(properties, ("extra_specs",))


def _page(properties: dict) -> dict:
    return exact({"flavors": listed(_flavor(properties)), "flavors_links": LINKS}, ("flavors_links",))


SHOWN = growing(lambda properties: exact({"flavor": _flavor(properties)}), *_full)
LISTED = growing(_page, ("2.1", _brief[0]), _brief[1])
DETAILED = growing(_page, *_full)
