"""Open orders: what is being done to servers just now, at which step and for how long."""
from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.handlers.backend import server_of
from nova_lite.api.schemas import open_actions as schemas
from nova_lite.api.views import open_actions as views
from nova_lite.db import actions, session
from nova_lite.trace import now


@validation.query(*schemas.LIST)
@validation.answer(200, schemas.LISTED)
def index(request):
    """Of the whole cloud, oldest first; a marker is an order's id."""
    marker, limit = request.GET.get("marker", "0"), request.limit()
    if not (marker.isascii() and marker.isdigit() and len(marker) < 19):
        raise exceptions.MarkerNotFound(marker=marker)
    with session.reader() as connection:
        found = actions.open_page(connection, after=int(marker), limit=limit)
    return views.index(request, found, now(), more=len(found) == limit and limit > 0)


@validation.answer(200, schemas.LISTED)
def of_server(request):
    server = server_of(request)
    with session.reader() as connection:
        found = actions.open_of_instance(connection, server.uuid)
    return views.index(request, found, now())
