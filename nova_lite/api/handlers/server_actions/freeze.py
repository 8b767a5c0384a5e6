"""Pause, unpause, suspend, resume."""
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_actions.action import ACCEPTED, ServerAction
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas


def _pause(request, server, value):
    compute().pause(request.context, server)
    return ACCEPTED


def _unpause(request, server, value):
    compute().unpause(request.context, server)
    return ACCEPTED


def _suspend(request, server, value):
    compute().suspend(request.context, server)
    return ACCEPTED


def _resume(request, server, value):
    compute().resume(request.context, server)
    return ACCEPTED


ACTIONS = {
    "pause": ServerAction(_pause, rules.PAUSE, schemas.anything("pause")),
    "unpause": ServerAction(_unpause, rules.UNPAUSE, schemas.anything("unpause")),
    "suspend": ServerAction(_suspend, rules.SUSPEND, schemas.anything("suspend")),
    "resume": ServerAction(_resume, rules.RESUME, schemas.anything("resume")),
}
