"""Queries, bodies and answers of the volumes of servers."""
from nova_lite.api.schemas.parameter_types import (
    BOOLEAN,
    LIMIT,
    STRING,
    TAG,
    TRUTH,
    UUID,
    exact,
    extended,
    growing,
    listed,
    or_null,
    strict,
)

_DEVICE = {"type": ["string", "null"], "pattern": "^/dev/x?[a-z]?d?[a-z]+[0-9]*$"}
_list = {"type": "object", "properties": {"limit": LIMIT, "offset": LIMIT}, "additionalProperties": True}
LIST = (("2.1", _list), ("2.75", {**_list, "additionalProperties": False}))


def _body(**values) -> dict:
    return strict({"volumeAttachment": strict({"volumeId": UUID, **values}, ("volumeId",))}, ("volumeAttachment",))


_create = _body(device=_DEVICE)
_create_v249 = extended(_create, "volumeAttachment", tag=TAG)
CREATE = (("2.1", _create), ("2.49", _create_v249),
          ("2.79", extended(_create_v249, "volumeAttachment", delete_on_termination=BOOLEAN)))
UPDATE = (("2.1", _body()),
          ("2.85", _body(device=_DEVICE, tag=TAG, delete_on_termination=BOOLEAN, serverId=UUID, id=UUID)))

# -- answers -----------------------------------------------------------------------------------------------
_attachment = (
    ("2.1", {"id": UUID, "volumeId": UUID, "serverId": UUID, "device": or_null(STRING)}),
    ("2.70", {"tag": or_null(STRING)}), ("2.79", {"delete_on_termination": TRUTH}),
    ("2.89", {"id": None, "attachment_id": or_null(STRING), "bdm_uuid": UUID}))


def _one(properties: dict) -> dict:
    return exact({"volumeAttachment": exact(properties, ("device",))})


LISTED = growing(lambda properties: exact({"volumeAttachments": listed(exact(properties, ("device",)))}), *_attachment)
SHOWN = growing(_one, *_attachment)
CREATED = growing(_one, *_attachment[:-1])
