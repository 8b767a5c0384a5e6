"""Networks until 2.35: the network service's, in the words of Nova's own of before."""
import functools

from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.schemas import networks as schemas
from nova_lite.api.views import networks as views
from nova_lite.network.proxy import NetworkProxy

_proxy = functools.cache(NetworkProxy)


def _get(request) -> dict:
    try:
        return _proxy().network(request.context, request.path_args["id"])
    except exceptions.NetworkNotFound:
        raise exceptions.NotFound("Network not found") from None


@validation.answer(200, schemas.LISTED)
def index(request):
    return {"networks": [views.show(network, request.context.is_admin)
                         for network in _proxy().networks(request.context)]}


@validation.answer(200, schemas.SHOWN)
def show(request):
    return {"network": views.show(_get(request), request.context.is_admin)}


@validation.answer(200, schemas.OWN_LISTED)
def own_index(request):
    return {"networks": [views.own(network) for network in _proxy().networks(request.context)]}


@validation.answer(200, schemas.OWN_SHOWN)
def own_show(request):
    return {"network": views.own(_get(request))}
