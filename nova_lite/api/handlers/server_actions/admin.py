"""os-resetState, injectNetworkInfo."""
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_actions.action import ACCEPTED, ServerAction
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas


def _reset_state(request, server, value):
    compute().reset_state(request.context, server, value["state"])
    return ACCEPTED


def _inject_network_info(request, server, value):
    compute().inject_network_info(request.context, server)
    return ACCEPTED


ACTIONS = {
    "injectNetworkInfo": ServerAction(_inject_network_info, rules.INJECT_NETWORK_INFO,
                                      schemas.anything("injectNetworkInfo")),
    "os-resetState": ServerAction(_reset_state, rules.RESET_STATE, schemas.RESET_STATE),
}
