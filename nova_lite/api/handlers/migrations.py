"""Moves of servers, for those who run the cloud; and a server's live migrations that go on: none ever does."""
from oslo_utils import timeutils

from nova_lite import exceptions
from nova_lite.api import policies, validation
from nova_lite.api.handlers.backend import compute, server_of
from nova_lite.api.policies import migrations as rules
from nova_lite.api.schemas import migrations as schemas
from nova_lite.api.views import migrations as views
from nova_lite.db.moves import Filters
from nova_lite.models import migration as words

_NAMES = ("host", "source_compute", "instance_uuid", "status", "migration_type")
_ENDED = (words.FINISHED, words.CONFIRMED, words.REVERTED, words.ERROR)


@validation.answer(200, schemas.LISTED)
@validation.query(*schemas.LIST)
def index(request):
    filters = _filters(request)
    if request.version < "2.59":
        return views.index(request, compute().migrations(filters), None)
    limit = request.limit()
    page = compute().migrations(filters, limit, request.GET.get("marker"))
    return views.index(request, page, page[-1].uuid if page and len(page) == limit else None)


def _filters(request) -> Filters:
    asked = {name: request.GET[name] for name in _NAMES if name in request.GET}
    since, before = (_time(request.GET.get(key)) for key in ("changes-since", "changes-before"))
    if since and before and since > before:
        raise exceptions.Invalid("The value of changes-since must be less than or equal to changes-before.")
    if request.version >= "2.80":
        asked |= {name: request.GET[name] for name in ("user_id", "project_id") if name in request.GET}
    if not policies.allowed(request.context, rules.ALL_PROJECTS):
        own = request.context.project_id
        if asked.get("project_id", own) != own:
            policies.check(request.context, rules.ALL_PROJECTS)
        asked["project_id"] = own
    return Filters(**asked, changes_since=since, changes_before=before)


def _time(text: str | None):
    return timeutils.normalize_time(timeutils.parse_isotime(text)) if text else None


@validation.answer(200, schemas.OF_SERVER)
def of_server(request):
    filters = Filters(instance_uuid=server_of(request).uuid, migration_type=words.LIVE_MIGRATION)
    return {"migrations": [views.of_server(request, move) for move in compute().migrations(filters)
                           if move.status not in _ENDED]}


@validation.answer(200, schemas.SHOWN)
def show(request):
    server, text = server_of(request), request.path_args["id"]
    move = compute().migration(server, int(text)) if text.isascii() and text.isdecimal() and len(text) < 19 else None
    if move is None:
        raise exceptions.NotFound(f"Migration {text} not found for server {server.uuid}")
    if move.migration_type != words.LIVE_MIGRATION:
        raise exceptions.NotFound(f"Migration {text} for server {server.uuid} is not live-migration.")
    if move.status in _ENDED:
        raise exceptions.NotFound(f"Migration {text} for server {server.uuid} is not in progress.")
    return {"migration": views.of_server(request, move)}


@validation.answer(409)
def abort(request):
    compute().abort_live_migration(request.context, server_of(request))


@validation.answer(409)
@validation.body(*schemas.FORCE_COMPLETE)
def force_complete(request):
    """``POST .../action``: there is but this one."""
    compute().force_complete(request.context, server_of(request))
