"""Bodies and queries of key pairs."""
from nova_lite.api.schemas.parameter_types import (
    INTEGER,
    LINKS,
    MICROSECONDS,
    NAME,
    NULL,
    PAGE,
    STRING,
    TEXT,
    TRUTH,
    exact,
    extended,
    growing,
    listed,
    strict,
)

_KEY = {"type": "string", "minLength": 1, "maxLength": 65535, "format": "text"}
_USER = {"type": "string", "minLength": 1, "maxLength": 255, "format": "text"}

_create = strict({"keypair": strict({"name": NAME, "public_key": _KEY}, ("name",))}, ("keypair",))
_create_v22 = extended(_create, "keypair", type={"type": "string", "enum": ["ssh", "x509"]})
_create_v210 = extended(_create_v22, "keypair", user_id=_USER)
_create_v292 = strict({"keypair": {**_create_v210["properties"]["keypair"], "required": ["name", "public_key"]}},
                      ("keypair",))
CREATE = (("2.1", _create), ("2.2", _create_v22), ("2.10", _create_v210), ("2.92", _create_v292))

_none = {"type": "object", "properties": {}, "additionalProperties": True}
_user = {"type": "object", "properties": {"user_id": TEXT}, "additionalProperties": True}
_user_v275 = {**_user, "additionalProperties": False}
ONE = (("2.1", _none), ("2.10", _user), ("2.75", _user_v275))
LIST = (("2.1", _none), ("2.10", _user), ("2.35", extended(_user, **PAGE)), ("2.75", extended(_user_v275, **PAGE)))

# -- answers -----------------------------------------------------------------------------------------------
_brief = {"name": STRING, "public_key": STRING, "fingerprint": STRING}
_type = ("2.2", {"type": {"enum": ["ssh", "x509"]}})


def _page(properties: dict) -> dict:
    return exact({"keypairs": listed(exact({"keypair": exact(properties)})), "keypairs_links": LINKS},
                 ("keypairs_links",))


LISTED = growing(_page, ("2.1", _brief), _type)
CREATED = growing(lambda properties: exact({"keypair": exact(properties, ("private_key",))}),
                  ("2.1", {**_brief, "user_id": STRING, "private_key": STRING}), _type, ("2.92", {"private_key": None}))
SHOWN = growing(lambda properties: exact({"keypair": exact(properties)}),
                ("2.1", {**_brief, "id": INTEGER, "user_id": STRING, "created_at": MICROSECONDS, "updated_at": NULL,
                         "deleted": TRUTH, "deleted_at": NULL}), _type)
