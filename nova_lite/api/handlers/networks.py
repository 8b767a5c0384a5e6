"""Networks until 2.35: the network service's, in the words of Nova's own of before."""

from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.handlers import backend
from nova_lite.api.schemas import networks as schemas
from nova_lite.api.views import networks as views


def _get(request) -> dict:
    try:
        return backend.networks().network(request.context, request.path_args["id"])
    except exceptions.NetworkNotFound:
        raise exceptions.NotFound("Network not found") from None


@validation.answer(200, schemas.LISTED)
def index(request):
    return {"networks": [views.show(network, request.context.is_admin)
                         for network in backend.networks().networks(request.context)]}


@validation.answer(200, schemas.SHOWN)
def show(request):
    return {"network": views.show(_get(request), request.context.is_admin)}


@validation.answer(200, schemas.OWN_LISTED)
def own_index(request):
    return {"networks": [views.own(network) for network in backend.networks().networks(request.context)]}


@validation.answer(200, schemas.OWN_SHOWN)
def own_show(request):
    return {"network": views.own(_get(request))}
