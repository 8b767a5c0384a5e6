"""Bodies of a server's metadata."""
from nova_lite.api.schemas.parameter_types import METADATA, PAIRS, always, exact, strict

ALL = (("2.1", strict({"metadata": METADATA}, ("metadata",))),)
ITEM = (("2.1", strict({"meta": {**METADATA, "minProperties": 1, "maxProperties": 1}}, ("meta",))),)

ALL_SHOWN = always(exact({"metadata": PAIRS}))
ITEM_SHOWN = always(exact({"meta": {**PAIRS, "minProperties": 1, "maxProperties": 1}}))
