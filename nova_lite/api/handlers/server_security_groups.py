"""The security groups of a server's ports."""
from nova_lite.api import validation
from nova_lite.api.handlers.backend import compute, server_of
from nova_lite.api.schemas import security_groups as schemas
from nova_lite.api.views import security_groups as views


@validation.answer(200, schemas.LISTED)
def index(request):
    networks, server = compute().networks, server_of(request)
    groups = networks.groups(request.context, server.uuid)
    others = networks.groups_by_id(request.context, views.sources(groups))
    return views.index(groups, others)
