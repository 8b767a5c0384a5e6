"""The trace of a server's actions, also of a deleted one."""
from nova_lite.api import validation
from nova_lite.api.handlers.backend import compute
from nova_lite.api.schemas import trace as schemas
from nova_lite.api.views import trace as views


@validation.answer(200, schemas.SHOWN)
def show(request):
    server = compute().get_including_deleted(request.context, request.path_args["server_id"])
    return views.show(compute().traces(request.context, server.uuid), bool(request.context.is_admin))
