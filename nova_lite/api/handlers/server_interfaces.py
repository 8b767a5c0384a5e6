"""A server's interfaces (os-interface).  Attaching waits until the guest has it."""
from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.handlers.backend import compute, server_of
from nova_lite.api.schemas import server_interfaces as schemas
from nova_lite.api.views import server_interfaces as views
from nova_lite.api.wsgi import Response
from nova_lite.models import NetworkRequest


@validation.answer(200, schemas.LISTED)
def index(request):
    server = server_of(request)
    return views.index(request, server, compute().ports(request.context, server))


@validation.answer(200, schemas.SHOWN)
def show(request):
    server = server_of(request)
    return views.show(request, server, compute().port(request.context, server, request.path_args["id"]))


@validation.answer(200, schemas.SHOWN)
@validation.body(*schemas.CREATE)
def create(request):
    asked = (request.parsed_body or {}).get("interfaceAttachment", {})
    wanted = _wanted(asked)
    server = server_of(request)
    compute().attach_interface(request.context, server, wanted)
    port_id = compute().attached(request.context, server)
    server = server_of(request)
    return views.show(request, server, compute().port(request.context, server, port_id))


def _wanted(asked: dict) -> NetworkRequest | None:
    """None: whatever network there is.  Raises Invalid."""
    network_id, port_id, fixed_ips = asked.get("net_id"), asked.get("port_id"), asked.get("fixed_ips")
    if network_id and port_id:
        raise exceptions.Invalid("Must not input both network_id and port_id")
    if fixed_ips and not network_id:
        raise exceptions.Invalid("Must input network_id when request IP address")
    if not network_id and not port_id:
        return None
    address = fixed_ips[0]["ip_address"] if fixed_ips else None
    return NetworkRequest(network_id=network_id, port_id=port_id, address=address, tag=asked.get("tag"))


@validation.answer(202)
def delete(request):
    compute().detach_interface(request.context, server_of(request), request.path_args["id"])
    return Response(202)
