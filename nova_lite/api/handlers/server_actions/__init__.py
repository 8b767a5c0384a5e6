"""``POST /servers/{id}/action``: one table of all actions, one file an area."""
from nova_lite.api import idempotency, policies, validation
from nova_lite.api.handlers.backend import server_of
from nova_lite.api.handlers.server_actions import (
    admin,
    console,
    deferred_delete,
    floating_ips,
    freeze,
    guest_orders,
    images,
    live_moves,
    locks,
    moves,
    power,
    rebuild,
    rescue,
    security_groups,
    shelve,
)
from nova_lite.api.handlers.server_actions.action import ServerAction

ACTIONS: dict[str, ServerAction] = {**power.ACTIONS, **freeze.ACTIONS, **console.ACTIONS, **locks.ACTIONS,
                                    **security_groups.ACTIONS, **guest_orders.ACTIONS,
                                    **rebuild.ACTIONS, **rescue.ACTIONS, **images.ACTIONS, **shelve.ACTIONS,
                                    **moves.ACTIONS, **admin.ACTIONS, **deferred_delete.ACTIONS,
                                    **floating_ips.ACTIONS, **live_moves.ACTIONS}


def _asked(request):
    """(action, its argument).  Raises Invalid (400) for what is not an action of the version."""
    key, value = request.action([name for name, action in ACTIONS.items() if action.exists_at(request.version)])
    return ACTIONS[key], value


@idempotency.honoured(lambda request, key, outcome: _asked(request)[0].again(request, key, outcome))
def dispatch(request):
    """Policy (403), then the server (404), then its state (409, the compute API layer's)."""
    action, value = _asked(request)
    validation.check(validation.pick(action.schemas, request.version), request.parsed_body)
    policies.check(request.context, action.policy)
    return action.run(request, server_of(request), value)
