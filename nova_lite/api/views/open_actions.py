"""Bodies of open orders."""
from nova_lite.api.views import times


def index(request, actions, at, more: bool = False) -> dict:
    """``at``: now, naive UTC; hosts are for admins."""
    body = {"actions": [_action(action, at, request.context.is_admin) for action in actions]}
    if more:
        body["links"] = [request.next_link(str(actions[-1].id))]
    return body


def _action(action, at, admin: bool) -> dict:
    body = {name: getattr(action, name) for name in ("id", "action", "step", "attempt", "request_id", "project_id")}
    body |= {"server_id": action.instance_uuid, "start_time": times.microseconds(action.start_time),
             "deadline": times.microseconds(action.deadline),
             "age": round(max((at - action.start_time).total_seconds(), 0.0), 3)}
    if admin:
        body["host"] = action.step_host
    return body
