"""Answers of a server's addresses."""
from nova_lite.api.schemas.parameter_types import STRING, always, exact, listed

ADDRESS = {"version": {"enum": [4, 6]}, "addr": STRING}
_addresses = listed(exact(ADDRESS))
LISTED = always(exact({"addresses": {"type": "object", "additionalProperties": _addresses}}))
SHOWN = always({"type": "object", "additionalProperties": _addresses, "minProperties": 1, "maxProperties": 1})
