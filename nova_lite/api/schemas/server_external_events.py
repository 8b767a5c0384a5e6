"""Events that other services tell of servers: the known names grow by microversion."""
from nova_lite.api.schemas.parameter_types import STRING, UUID, always, exact, listed, strict

_NAMES = ("network-changed", "network-vif-plugged", "network-vif-unplugged", "network-vif-deleted")
_LATER = (("2.51", "volume-extended"), ("2.76", "power-update"), ("2.82", "accelerator-request-bound"),
          ("2.93", "volume-reimaged"))
_STATUSES = ["failed", "completed", "in-progress"]


def _create(names) -> dict:
    return strict({"events": {"type": "array", "minItems": 1, "items": strict({
        "server_uuid": UUID, "name": {"type": "string", "enum": list(names)},
        "status": {"type": "string", "enum": _STATUSES},
        "tag": {"type": "string", "maxLength": 255, "format": "text"}}, ("server_uuid", "name"))}}, ("events",))


CREATE = (("2.1", _create(_NAMES)), *(
    (version, _create((*_NAMES, *(name for _, name in _LATER[:number + 1]))))
    for number, (version, _) in enumerate(_LATER)))

# -- answer ------------------------------------------------------------------------------------------------
CREATED = always(exact({"events": listed(exact({
    "server_uuid": UUID, "name": STRING, "status": {"enum": _STATUSES}, "tag": STRING,
    "code": {"enum": [200, 400, 404, 422]}}, ("tag",)))}))
