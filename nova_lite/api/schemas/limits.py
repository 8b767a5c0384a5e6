"""Query of limits."""
from nova_lite.api.schemas.parameter_types import TEXT

_show = {"type": "object", "properties": {"tenant_id": TEXT, "reserved": TEXT}, "additionalProperties": True}
SHOW = (("2.1", _show), ("2.75", {**_show, "additionalProperties": False}))
