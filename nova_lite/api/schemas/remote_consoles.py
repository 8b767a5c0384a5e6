"""Bodies of remote consoles."""
from nova_lite.api.schemas.parameter_types import INTEGER, NULL, STRING, UUID, always, exact, growing, or_null, strict

_PROTOCOLS, _TYPES = ["vnc", "spice", "rdp", "serial"], ["novnc", "rdp-html5", "spice-html5", "serial"]


def _create(protocols: list[str], types: list[str]) -> dict:
    return strict({"remote_console": strict({"protocol": {"type": "string", "enum": protocols},
                                             "type": {"type": "string", "enum": types}}, ("protocol", "type"))},
                  ("remote_console",))


CREATE = (("2.6", _create(_PROTOCOLS, _TYPES)), ("2.8", _create([*_PROTOCOLS, "mks"], [*_TYPES, "webmks"])),
          ("2.99", _create([*_PROTOCOLS, "mks"], [*_TYPES, "webmks", "spice-direct"])))

# -- answers -----------------------------------------------------------------------------------------------
CREATED = always(exact({"remote_console": exact({"protocol": STRING, "type": STRING, "url": STRING})}))
TOKEN = growing(lambda properties: exact({"console": exact(properties)}),
                ("2.1", {"instance_uuid": UUID, "host": STRING, "port": INTEGER,
                         "internal_access_path": or_null(STRING)}),
                ("2.99", {"tls_port": NULL}))
