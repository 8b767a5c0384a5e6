"""Query strings of a server's actions."""
from nova_lite.api.schemas import parameter_types as types

_LIST_58 = types.strict({name: types.once(parameter) for name, parameter in (
    *types.PAGE.items(), ("changes-since", types.DATE_TIME))})
LIST = (("2.1", {"type": "object", "additionalProperties": True}), ("2.58", _LIST_58),
        ("2.66", types.extended(_LIST_58, **{"changes-before": types.once(types.DATE_TIME)})))

# -- answers -----------------------------------------------------------------------------------------------
_ACTION = (("2.1", {"action": types.STRING, "instance_uuid": types.UUID, "request_id": types.STRING,
                    "user_id": types.STRING, "project_id": types.STRING, "start_time": types.MICROSECONDS,
                    "message": types.or_null(types.STRING)}),
           ("2.58", {"updated_at": types.MICROSECONDS}))
_EVENT = {"event": types.STRING, "start_time": types.MICROSECONDS, "finish_time": types.or_null(types.MICROSECONDS),
          "result": types.or_null(types.STRING), "traceback": types.or_null(types.STRING)}


def _events(**more) -> dict:
    """Traceback, host and details are for those who may see them."""
    return {"events": types.listed(types.exact({**_EVENT, **more}, ("traceback", "host", "details")))}


LISTED = types.growing(lambda properties: types.exact(
    {"instanceActions": types.listed(types.exact(properties)), "links": types.LINKS}, ("links",)), *_ACTION)
SHOWN = types.growing(
    lambda properties: types.exact({"instanceAction": types.exact(properties, ("events",))}),
    ("2.1", {**_ACTION[0][1], **_events()}), _ACTION[1],
    ("2.62", _events(hostId=types.STRING, host=types.STRING)),
    ("2.84", _events(hostId=types.STRING, host=types.STRING, details=types.or_null(types.STRING))))
