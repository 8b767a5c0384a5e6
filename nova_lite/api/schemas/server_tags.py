"""Tags of a server."""
from nova_lite.api.schemas.parameter_types import NULL, STRING, TAG, always, exact, listed, strict

TAGS = {"type": "array", "items": TAG, "maxItems": 50}
UPDATE = (("2.26", strict({"tags": TAGS}, ("tags",))),)
UPDATE_ONE = (("2.26", NULL),)

LISTED = always(exact({"tags": listed(STRING)}))
