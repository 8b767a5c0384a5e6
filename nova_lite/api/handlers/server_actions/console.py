"""What a guest has written to its console."""
import re

from nova_lite.api import validation
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_actions.action import ServerAction
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas

# Control characters but tab and newline: Nova removes them, and terminals are thankful.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")


def _console_output(request, server, value):
    length = (value or {}).get("length")
    length = None if length is None or int(length) == -1 else int(length)
    output = compute().console_output(request.context, server, length)
    return {"output": _CONTROL.sub("", output)}


ACTIONS = {
    "os-getConsoleOutput": ServerAction(_console_output, rules.CONSOLE_OUTPUT, schemas.CONSOLE_OUTPUT,
                                        answers=(validation.Answer(200, schemas.OUTPUT),)),
}
