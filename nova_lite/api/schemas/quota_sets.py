"""Bodies and queries of quota sets."""
from nova_lite.api.schemas.parameter_types import BOOLEAN, INTEGER, STRING, TEXT, exact, extended, growing, strict

LIMIT = {"type": ["integer", "string"], "pattern": "^-?[0-9]+$", "minimum": -1, "maximum": 0x7FFFFFFF}
COUNTED = ("instances", "cores", "ram", "metadata_items", "key_pairs", "server_groups", "server_group_members")
INJECTION = ("injected_files", "injected_file_content_bytes", "injected_file_path_bytes")
GROUPS = ("server_groups", "server_group_members")
NETWORK = ("floating_ips", "fixed_ips", "security_groups", "security_group_rules")

_update = strict({"quota_set": strict({**dict.fromkeys(COUNTED + INJECTION + NETWORK, LIMIT), "force": BOOLEAN})},
                 ("quota_set",))
_update_v236 = extended(_update, "quota_set", **dict.fromkeys(NETWORK))
UPDATE = (("2.1", _update), ("2.36", _update_v236),
          ("2.57", extended(_update_v236, "quota_set", **dict.fromkeys(INJECTION))))

_user = {"type": "object", "properties": {"user_id": TEXT}, "additionalProperties": True}
QUERY = (("2.1", _user), ("2.75", {**_user, "additionalProperties": False}))


# -- answers -----------------------------------------------------------------------------------------------
def _answer(resource: dict, **more) -> tuple:
    return growing(lambda properties: exact({"quota_set": exact(properties)}),
                   ("2.1", {**more, **dict.fromkeys(COUNTED + INJECTION + NETWORK, resource)}),
                   ("2.36", dict.fromkeys(NETWORK)), ("2.57", dict.fromkeys(INJECTION)))


SHOWN = _answer(INTEGER, id=STRING)
UPDATED = _answer(INTEGER)
DETAILED = _answer(exact({"limit": INTEGER, "in_use": INTEGER, "reserved": INTEGER}), id=STRING)
