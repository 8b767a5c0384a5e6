"""Restore a server that is deleted and kept, or delete it for good."""
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_actions.action import ACCEPTED, ServerAction
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas


def _restore(request, server, value):
    compute().restore(request.context, server)
    return ACCEPTED


def _force_delete(request, server, value):
    compute().force_delete(request.context, server)
    return ACCEPTED


ACTIONS = {
    "restore": ServerAction(_restore, rules.RESTORE, schemas.anything("restore")),
    "forceDelete": ServerAction(_force_delete, rules.FORCE_DELETE, schemas.anything("forceDelete")),
}
