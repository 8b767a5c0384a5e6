"""What a guest has used: asks its host, and waits for the answer."""
from nova_lite.api import validation
from nova_lite.api.handlers.backend import compute, server_of
from nova_lite.api.schemas import server_diagnostics as schemas
from nova_lite.api.views import server_diagnostics as views
from nova_lite.trace import now


@validation.answer(200, schemas.SHOWN)
def show(request):
    server = server_of(request)
    return views.show(request, server, compute().diagnostics(request.context, server), now())
