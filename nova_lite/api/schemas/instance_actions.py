"""Query strings of a server's actions."""
from nova_lite.api.schemas import parameter_types as types

_LIST_58 = types.strict({**types.PAGE, "changes-since": types.DATE_TIME})
LIST = (("2.1", {"type": "object", "additionalProperties": True}), ("2.58", _LIST_58),
        ("2.66", types.extended(_LIST_58, **{"changes-before": types.DATE_TIME})))
