"""os-resetState."""
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_actions.action import ACCEPTED, ServerAction
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas


def _reset_state(request, server, value):
    compute().reset_state(request.context, server, value["state"])
    return ACCEPTED


ACTIONS = {
    "os-resetState": ServerAction(_reset_state, rules.RESET_STATE, schemas.RESET_STATE),
}
