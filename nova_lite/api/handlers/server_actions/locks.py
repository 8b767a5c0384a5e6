"""Lock and unlock."""
from nova_lite.api import policies
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_actions.action import ACCEPTED, ServerAction
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas


def _lock(request, server, value):
    reason = value.get("locked_reason") if request.version >= "2.73" and value else None
    compute().lock(request.context, server, reason)
    return ACCEPTED


def _unlock(request, server, value):
    mine = "owner" if server.project_id == request.context.project_id else "admin"
    if server.locked_by not in (None, mine):
        policies.check(request.context, rules.UNLOCK_OVERRIDE)
    compute().unlock(request.context, server)
    return ACCEPTED


ACTIONS = {
    "lock": ServerAction(_lock, rules.LOCK, schemas.LOCK),
    "unlock": ServerAction(_unlock, rules.UNLOCK, schemas.anything("unlock")),
}
