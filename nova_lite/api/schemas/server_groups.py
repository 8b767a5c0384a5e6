"""Bodies and queries of server groups: ``policies`` until 2.63, then one ``policy`` with its rules."""
from nova_lite.api.schemas.parameter_types import (
    INTEGER,
    LIMIT,
    NAME,
    POSITIVE_INTEGER,
    STRING,
    TEXT,
    UUID,
    exact,
    growing,
    listed,
    strict,
)

_HARD = ["anti-affinity", "affinity"]
_ALL = [*_HARD, "soft-anti-affinity", "soft-affinity"]


def _create(policies: list[str]) -> dict:
    return strict({"server_group": strict({"name": NAME, "policies": {
        "type": "array", "minItems": 1, "maxItems": 1, "items": {"type": "string", "enum": policies}}},
        ("name", "policies"))}, ("server_group",))


CREATE = (("2.1", _create(_HARD)), ("2.15", _create(_ALL)), ("2.64", strict({"server_group": strict({
    "name": NAME, "policy": {"type": "string", "enum": _ALL},
    "rules": strict({"max_server_per_host": POSITIVE_INTEGER})}, ("name", "policy"))}, ("server_group",))))

_list = {"type": "object", "properties": {"all_projects": TEXT, "limit": LIMIT, "offset": LIMIT},
         "additionalProperties": True}
LIST = (("2.1", _list), ("2.75", {**_list, "additionalProperties": False}))

# -- answers -----------------------------------------------------------------------------------------------
_GROUP = (
    ("2.1", {"id": UUID, "name": STRING, "policies": listed(STRING), "metadata": {"type": "object", "maxProperties": 0},
             "members": listed(UUID)}),
    ("2.13", {"project_id": STRING, "user_id": STRING}),
    ("2.64", {"policies": None, "metadata": None, "policy": STRING,
              "rules": {"type": "object", "properties": {"max_server_per_host": INTEGER},
                        "additionalProperties": False}}))
SHOWN = growing(lambda properties: exact({"server_group": exact(properties)}), *_GROUP)
LISTED = growing(lambda properties: exact({"server_groups": listed(exact(properties))}), *_GROUP)
