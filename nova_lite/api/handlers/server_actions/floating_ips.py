"""Floating IPs of a server, until 2.43."""
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_actions.action import ACCEPTED, ServerAction
from nova_lite.api.policies.floating_ips import BASE
from nova_lite.api.schemas import floating_ips as schemas


def _add(request, server, value):
    compute().add_floating_ip(request.context, server, value["address"], value.get("fixed_address"))
    return ACCEPTED


def _remove(request, server, value):
    compute().remove_floating_ip(request.context, server, value["address"])
    return ACCEPTED


ACTIONS = {
    "addFloatingIp": ServerAction(_add, f"{BASE}:add", schemas.ADD, max_version="2.43"),
    "removeFloatingIp": ServerAction(_remove, f"{BASE}:remove", schemas.REMOVE, max_version="2.43"),
}
