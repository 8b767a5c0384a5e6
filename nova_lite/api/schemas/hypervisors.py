"""Queries of hypervisors: strict from 2.53 on."""
from nova_lite.api.schemas.parameter_types import BOOLEAN, LIMIT, PAGE, TEXT


def _once(parameter: dict) -> dict:
    return {**parameter, "maxItems": 1}


_any = {"type": "object", "properties": {}, "additionalProperties": True}
_with_servers = {"with_servers": {"type": "array", "maxItems": 1, "items": BOOLEAN}}
_pattern = {"type": "array", "maxItems": 1,
            "items": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[a-zA-Z0-9-._]*$"}}
LIST = (("2.1", _any), ("2.33", {**_any, "properties": PAGE}),
        ("2.53", {"type": "object", "additionalProperties": False, "properties": {
            "limit": _once(LIMIT), "marker": _once(TEXT), "hypervisor_hostname_pattern": _pattern, **_with_servers}}))
SHOW = (("2.1", _any), ("2.53", {"type": "object", "additionalProperties": False, "properties": _with_servers}))
