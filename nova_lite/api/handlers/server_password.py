"""The password that a guest has told the metadata service, encrypted with the user's key."""
from nova_lite.api import validation
from nova_lite.api.handlers.backend import compute, server_of
from nova_lite.api.schemas import server_password as schemas
from nova_lite.api.wsgi import Response


@validation.answer(200, schemas.SHOWN)
def show(request):
    return {"password": compute().server_password(server_of(request))}


@validation.answer(204)
def delete(request):
    """Only the cloud forgets it: the guest's own stays."""
    compute().forget_server_password(server_of(request))
    return Response(204)
