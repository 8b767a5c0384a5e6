"""What projects have used in a period, added up from their servers."""
import datetime

from oslo_utils import timeutils

from nova_lite import exceptions
from nova_lite.api import policies, validation
from nova_lite.api.policies.tenant_usage import SHOW
from nova_lite.api.schemas import tenant_usage as schemas
from nova_lite.api.views import tenant_usage as views
from nova_lite.db import session, usage
from nova_lite.trace import now

_FORMATS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%d %H:%M:%S.%f")


@validation.answer(200, schemas.LISTED)
@validation.query(*schemas.LIST)
def index(request):
    found, links = _page(request, None, request.GET.get("detailed") == "1")
    return {"tenant_usages": found} | ({"tenant_usages_links": links} if links else {})


@validation.answer(200, schemas.SHOWN)
@validation.query(*schemas.SHOW)
def show(request):
    project_id = request.path_args["id"]
    policies.check(request.context, SHOW, {"project_id": project_id, "user_id": request.context.user_id})
    found, links = _page(request, project_id, detailed=True)
    return {"tenant_usage": found[0] if found else {}} | ({"tenant_usage_links": links} if links else {})


def _page(request, project_id: str | None, detailed: bool) -> tuple[list[dict], list[dict]]:
    """Bodies of projects, and links to the next page: pages are of servers, so a project may be on several."""
    at = now()
    # Nova's clock goes on between the two: without either the period is short, and no error.
    start, stop = _time(request, "start", at), _time(request, "end", at + datetime.timedelta(microseconds=1))
    if start >= stop:
        raise exceptions.Invalid("Invalid start time. The start time cannot occur after the end time.")
    paged = request.version >= "2.40"
    limit, marker = (request.limit(), request.GET.get("marker")) if paged else (None, None)
    stop = min(stop, at)
    with session.reader() as connection:
        servers = usage.of_period(connection, start, stop, project_id=project_id, limit=limit, marker=marker)
    links = [request.next_link(servers[-1].uuid)] if servers and len(servers) == limit else []
    return views.tenants(servers, start, stop, at, detailed), links


def _time(request, name: str, default: datetime.datetime) -> datetime.datetime:
    text = request.GET.get(name)
    if not text:
        return default
    for form in _FORMATS:
        try:
            return timeutils.normalize_time(timeutils.parse_strtime(text, form))
        except (ValueError, OverflowError):
            continue
    raise exceptions.Invalid("Invalid datetime string: Datetime is in invalid format")
