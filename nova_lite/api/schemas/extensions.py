"""Answers of the list of extensions."""
from nova_lite.api.schemas.parameter_types import SECONDS, STRING, always, exact, listed

_extension = exact({"alias": STRING, "name": STRING, "description": STRING, "namespace": STRING, "updated": SECONDS,
                    "links": {"type": "array", "maxItems": 0}})
LISTED = always(exact({"extensions": listed(_extension)}))
SHOWN = always(exact({"extension": _extension}))
