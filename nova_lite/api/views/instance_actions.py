"""Bodies of a server's actions and their events."""
from nova_lite.api import policies
from nova_lite.api.policies import instance_actions as rules
from nova_lite.api.views import servers, times
from nova_lite.api.wsgi import Request
from nova_lite.models import Action, Event, Instance, event_name


def index(request: Request, actions, next_marker: str | None) -> dict:
    body = {"instanceActions": [_action(request, action) for action in actions]}
    if next_marker:
        body["links"] = [request.next_link(next_marker)]
    return body


def show(request: Request, action: Action, events, instance: Instance) -> dict:
    body = _action(request, action)
    everything = policies.allowed(request.context, rules.EVENTS)
    if everything or request.version >= "2.51":
        details = request.version >= "2.84" and policies.allowed(request.context, rules.EVENTS_DETAILS)
        shown = [event for event in events if event.public]
        if action.state == "open" and action.step:
            shown.append(running(action))
        body["events"] = [_event(request, event, instance, everything, details) for event in shown]
    return {"instanceAction": body}


def running(action: Action) -> Event:
    """The step that an open action is at, as an event without an end: its own comes with its report."""
    service = "compute" if action.step_host else "conductor"
    return Event(event=event_name(action.step), service=f"nova-{service}",
                 host=action.step_host or "", pid=0, start=action.step_started_at or action.start_time, public=True)


def _action(request: Request, action: Action) -> dict:
    body = {
        "action": action.action,
        "instance_uuid": action.instance_uuid,
        "request_id": action.request_id,
        "user_id": action.user_id,
        "project_id": action.project_id,
        "start_time": times.microseconds(action.start_time),
        "message": action.message,
    }
    if request.version >= "2.58":
        body["updated_at"] = times.microseconds(action.updated_at)
    return body


def _event(request: Request, event: Event, instance: Instance, everything: bool, details: bool) -> dict:
    body = {
        "event": event.event,
        "start_time": times.microseconds(event.start),
        "finish_time": times.microseconds(event.finish),
        "result": event.result,
    }
    if everything:
        body["traceback"] = event.traceback
    if request.version >= "2.62":
        body["hostId"] = servers.host_id(instance.project_id, event.host)
        if everything:
            body["host"] = event.host
    if details:
        body["details"] = event.details
    return body
