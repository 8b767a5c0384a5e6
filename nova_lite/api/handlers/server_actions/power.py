"""Start, stop, reboot."""
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_actions.action import ACCEPTED, ServerAction
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas


def _start(request, server, value):
    compute().start(request.context, server)
    return ACCEPTED


def _stop(request, server, value):
    compute().stop(request.context, server)
    return ACCEPTED


def _reboot(request, server, value):
    compute().reboot(request.context, server, value["type"].upper())
    return ACCEPTED


ACTIONS = {
    "os-start": ServerAction(_start, rules.START, schemas.anything("os-start")),
    "os-stop": ServerAction(_stop, rules.STOP, schemas.anything("os-stop")),
    "reboot": ServerAction(_reboot, rules.REBOOT, schemas.REBOOT),
}
