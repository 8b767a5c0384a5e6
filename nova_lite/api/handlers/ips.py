"""A server's addresses."""
from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.handlers.backend import server_of
from nova_lite.api.schemas import ips as schemas
from nova_lite.api.views import ips as views


@validation.answer(200, schemas.LISTED)
def index(request):
    return {"addresses": views.addresses(server_of(request).network_info, extended=False)}


@validation.answer(200, schemas.SHOWN)
def show(request):
    label = request.path_args["id"]
    addresses = views.addresses(server_of(request).network_info, extended=False)
    if label not in addresses:
        raise exceptions.NotFound("Instance is not a member of specified network")
    return {label: addresses[label]}
