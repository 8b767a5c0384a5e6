"""Body of a server's trace."""
from nova_lite.api.views import times
from nova_lite.models import Action, Event


def show(traces, admin: bool) -> dict:
    """``traces``: (Action, [Event]) pairs; tracebacks are for admins."""
    return {"actions": [_action(action, events, admin) for action, events in traces]}


def _action(action: Action, events, admin: bool) -> dict:
    return {
        "action": action.action,
        "request_id": action.request_id,
        "state": action.state,
        "step": action.step,
        "attempt": action.attempt,
        "start_time": times.microseconds(action.start_time),
        "finish_time": times.microseconds(action.finish_time),
        "message": action.message,
        "events": [_event(event, admin) for event in events],
    }


def _event(event: Event, admin: bool) -> dict:
    body = {name: getattr(event, name) for name in (
        "event", "service", "host", "pid", "result", "depth", "rpc", "function", "transition", "details")}
    body |= {"start": times.microseconds(event.start), "finish": times.microseconds(event.finish)}
    if admin:
        body["traceback"] = event.traceback
    return body
