"""Bodies of ``POST /servers/{id}/action``; each is the whole body, with the action's key."""
from nova_lite.api.schemas.parameter_types import STRING, always, exact, strict


def _action(key: str, value: dict) -> dict:
    return strict({key: value}, (key,))


def anything(key: str):
    """Old actions take any value: null by convention, {} or a string too."""
    return (("2.1", _action(key, {})),)


REBOOT = (("2.1", _action("reboot", strict(
    {"type": {"type": "string", "enum": ["HARD", "Hard", "hard", "SOFT", "Soft", "soft"]}}, ("type",)))),)
CONSOLE_OUTPUT = (("2.1", _action("os-getConsoleOutput", {
    "type": ["object", "null"],
    "properties": {"length": {"type": ["integer", "string", "null"], "pattern": "^(-1|[0-9]{1,18})$", "minimum": -1}},
    "additionalProperties": False})),)
LOCK = (*anything("lock"), ("2.73", _action("lock", {
    "type": ["object", "null"],
    "properties": {"locked_reason": {"type": "string", "minLength": 1, "maxLength": 255, "format": "printable"}},
    "additionalProperties": False})))
RESET_STATE = (("2.1", _action("os-resetState", strict(
    {"state": {"type": "string", "enum": ["active", "error"]}}, ("state",)))),)

OUTPUT = always(exact({"output": STRING}))
