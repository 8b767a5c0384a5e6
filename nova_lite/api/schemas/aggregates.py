"""Bodies of aggregates."""
from nova_lite.api.schemas.parameter_types import (
    INTEGER,
    MICROSECONDS,
    NAME,
    NULL,
    PAIRS,
    STRING,
    TRUTH,
    UUID,
    exact,
    growing,
    listed,
    or_null,
    strict,
)
from nova_lite.api.schemas.servers import HOST

# A colon is what ends a zone's name where a server asks for zone:host.
_ZONE = {"oneOf": [{**NAME, "pattern": "^[^:]*$"}, {"type": "null"}]}
_VALUES = {"name": NAME, "availability_zone": _ZONE}
CREATE = (("2.1", strict({"aggregate": strict(_VALUES, ("name",))}, ("aggregate",))),)
UPDATE = (("2.1", strict({"aggregate": {**strict(_VALUES), "minProperties": 1}}, ("aggregate",))),)
ADD_HOST = strict({"add_host": strict({"host": HOST}, ("host",))})
REMOVE_HOST = strict({"remove_host": strict({"host": HOST}, ("host",))})
_item = {"oneOf": [{"type": "string", "maxLength": 255, "format": "text"}, {"type": "null"}]}
SET_METADATA = strict({"set_metadata": strict({"metadata": {
    "type": "object", "properties": {"availability_zone": _ZONE}, "additionalProperties": False,
    "patternProperties": {"^[a-zA-Z0-9-_:. ]{1,255}$": _item}}}, ("metadata",))})

CACHE_IMAGES = (("2.81", strict({"cache": {"type": "array", "minItems": 1, "items": strict({"id": UUID}, ("id",))}},
                                ("cache",))),)

# -- answers -----------------------------------------------------------------------------------------------
_brief = {"id": INTEGER, "name": STRING, "availability_zone": or_null(STRING), "created_at": MICROSECONDS,
          "updated_at": or_null(MICROSECONDS), "deleted": TRUTH, "deleted_at": NULL}
_uuid = ("2.41", {"uuid": UUID})
_full = (("2.1", {**_brief, "hosts": listed(STRING), "metadata": PAIRS}), _uuid)
CREATED = growing(lambda properties: exact({"aggregate": exact(properties)}), ("2.1", _brief), _uuid)
SHOWN = growing(lambda properties: exact({"aggregate": exact(properties)}), *_full)
LISTED = growing(lambda properties: exact({"aggregates": listed(exact(properties))}), *_full)
