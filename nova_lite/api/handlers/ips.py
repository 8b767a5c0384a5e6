"""A server's addresses."""
from nova_lite import exceptions
from nova_lite.api.handlers.backend import server_of
from nova_lite.api.views import ips as views


def index(request):
    return {"addresses": views.addresses(server_of(request).network_info, extended=False)}


def show(request):
    label = request.path_args["id"]
    addresses = views.addresses(server_of(request).network_info, extended=False)
    if label not in addresses:
        raise exceptions.NotFound("Instance is not a member of specified network")
    return {label: addresses[label]}
