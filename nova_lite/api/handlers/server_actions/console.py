"""What a guest has written to its console; and until 2.5 the URLs of remote consoles."""
import re

import webob.exc

from nova_lite.api import validation
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.remote_consoles import RDP_IS_GONE
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


def _remote(protocol: str):
    def run(request, server, value):
        url = compute().remote_console(request.context, server, protocol, value["type"])
        return {"console": {"type": value["type"], "url": url}}
    return run


def _of_rdp(request, server, value):
    raise webob.exc.HTTPGone(explanation=RDP_IS_GONE)


def _until_2_5(key: str, run, *types: str) -> dict[str, ServerAction]:
    return {key: ServerAction(run, rules.REMOTE_CONSOLES, schemas.remote_console(key, types), max_version="2.5",
                              answers=(validation.Answer(200, schemas.REMOTE_CONSOLE),))}


ACTIONS = {
    **_until_2_5("os-getVNCConsole", _remote("vnc"), "novnc", "xvpvnc"),
    **_until_2_5("os-getSPICEConsole", _remote("spice"), "spice-html5"),
    **_until_2_5("os-getSerialConsole", _remote("serial"), "serial"),
    **_until_2_5("os-getRDPConsole", _of_rdp, "rdp-html5"),
    "os-getConsoleOutput": ServerAction(_console_output, rules.CONSOLE_OUTPUT, schemas.CONSOLE_OUTPUT,
                                        answers=(validation.Answer(200, schemas.OUTPUT),)),
}
