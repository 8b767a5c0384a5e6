"""What was done to a server, and how it went; also of deleted servers from 2.21."""
from oslo_utils import timeutils

from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.handlers.backend import compute, server_of
from nova_lite.api.schemas import instance_actions as schemas
from nova_lite.api.views import instance_actions as views


@validation.answer(200, schemas.LISTED)
@validation.query(*schemas.LIST)
def index(request):
    server = _server(request)
    actions = compute().actions(request.context, server.uuid)
    if request.version < "2.58":
        return views.index(request, actions, None)
    return views.index(request, *_page(request, _changed(request, actions)))


@validation.answer(200, schemas.SHOWN)
def show(request):
    server, request_id = _server(request), request.path_args["id"]
    try:
        action, events = compute().action(request.context, server.uuid, request_id)
    except exceptions.ActionNotFound:
        raise exceptions.NotFound(f"Action {request_id} not found") from None
    return views.show(request, action, events, server)


def _server(request):
    if request.version >= "2.21":
        return compute().get_including_deleted(request.context, request.path_args["server_id"])
    return server_of(request)


def _changed(request, actions):
    since, before = (_time(request.GET.get(key)) for key in ("changes-since", "changes-before"))
    if since and before and since > before:
        raise exceptions.Invalid("The value of changes-since must be less than or equal to changes-before.")
    return [action for action in actions
            if (since is None or action.updated_at >= since) and (before is None or action.updated_at <= before)]


def _time(text: str | None):
    return timeutils.normalize_time(timeutils.parse_isotime(text)) if text else None


def _page(request, actions):
    """The page, and the marker of the next one; a marker is a request id."""
    limit, marker = request.limit(), request.GET.get("marker")
    if marker is not None:
        places = [place for place, action in enumerate(actions) if action.request_id == marker]
        if not places:
            raise exceptions.MarkerNotFound(marker=marker)
        actions = actions[places[-1] + 1:]
    page = actions[:limit]
    return page, page[-1].request_id if page and len(page) == limit else None
