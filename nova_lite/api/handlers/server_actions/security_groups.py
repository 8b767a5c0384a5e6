"""Put a server into a security group, and take it out."""
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_actions.action import ACCEPTED, ServerAction
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas


def _add(request, server, value):
    compute().add_security_group(request.context, server, value["name"])
    return ACCEPTED


def _remove(request, server, value):
    compute().remove_security_group(request.context, server, value["name"])
    return ACCEPTED


ACTIONS = {
    "addSecurityGroup": ServerAction(_add, rules.ADD_SECURITY_GROUP, schemas.security_group("addSecurityGroup")),
    "removeSecurityGroup": ServerAction(_remove, rules.REMOVE_SECURITY_GROUP,
                                        schemas.security_group("removeSecurityGroup")),
}
