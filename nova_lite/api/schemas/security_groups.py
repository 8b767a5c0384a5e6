"""Bodies and answers of security groups, until 2.35.

What a request has beside these keys is left alone: Nova never looked at it.
"""
from nova_lite.api.schemas.parameter_types import LIMIT, STRING, TEXT, UUID, always, exact, listed, or_null

_TEXT = {"type": "string", "maxLength": 255, "format": "text"}


def _loose(properties: dict, required) -> dict:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": True}


CREATE = always(_loose({"security_group": _loose({"name": _TEXT, "description": _TEXT}, ("name", "description"))},
                       ("security_group",)))
CREATE_RULE = always(_loose({"security_group_rule": _loose({
    "parent_group_id": UUID, "group_id": or_null(UUID), "ip_protocol": {}, "from_port": {}, "to_port": {}, "cidr": {}},
    ("parent_group_id",))}, ("security_group_rule",)))
LIST = always({"type": "object", "properties": {"limit": LIMIT, "offset": LIMIT, "all_tenants": TEXT},
               "additionalProperties": True})

# -- answers -----------------------------------------------------------------------------------------------
_port = {"type": ["integer", "null"]}
_nothing = {"type": "object", "maxProperties": 0}
_rule = exact({
    "id": UUID, "parent_group_id": UUID, "ip_protocol": or_null(STRING), "from_port": _port, "to_port": _port,
    "group": {"oneOf": [_nothing, exact({"name": STRING, "tenant_id": STRING})]},
    "ip_range": {"oneOf": [_nothing, exact({"cidr": STRING})]}})
GROUP = exact({"id": UUID, "name": STRING, "description": STRING, "tenant_id": STRING, "rules": listed(_rule)})
LISTED = always(exact({"security_groups": listed(GROUP)}))
SHOWN = always(exact({"security_group": GROUP}))
RULE_CREATED = always(exact({"security_group_rule": _rule}))
