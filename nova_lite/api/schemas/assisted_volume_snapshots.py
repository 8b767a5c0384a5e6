"""Bodies and queries of snapshots of volumes that are files."""
from nova_lite.api.schemas import parameter_types as types

_SOME = {"type": "string", "minLength": 1, "format": "text"}
CREATE = (("2.1", types.strict({"snapshot": types.strict({
    "volume_id": _SOME,
    "create_info": types.strict({"snapshot_id": _SOME, "type": {"type": "string", "enum": ["qcow2"]},
                                 "new_file": _SOME, "id": _SOME}, ("snapshot_id", "type", "new_file")),
}, ("volume_id", "create_info"))}, ("snapshot",))),)
_DELETE = types.strict({"delete_info": types.TEXT})
DELETE = (("2.1", {**_DELETE, "additionalProperties": True}), ("2.75", _DELETE))
