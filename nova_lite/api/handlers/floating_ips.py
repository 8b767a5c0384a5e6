"""Floating IPs and their pools until 2.35: the network service's."""
from nova_lite.api import validation
from nova_lite.api.handlers.backend import compute
from nova_lite.api.schemas import floating_ips as schemas
from nova_lite.api.views import floating_ips as views
from nova_lite.api.wsgi import Response


@validation.answer(200, schemas.LISTED)
def index(request):
    return {"floating_ips": [views.show(item) for item in compute().floating_ips.own(request.context)]}


@validation.answer(200, schemas.SHOWN)
def show(request):
    return {"floating_ip": views.show(compute().floating_ips.get(request.context, request.path_args["id"]))}


@validation.answer(200, schemas.SHOWN)
@validation.body(*schemas.CREATE)
def create(request):
    pool = (request.parsed_body or {}).get("pool")
    return {"floating_ip": views.show(compute().floating_ips.create(request.context, pool))}


@validation.answer(202)
def delete(request):
    compute().delete_floating_ip(request.context, request.path_args["id"])
    return Response(202)


@validation.answer(200, schemas.POOLS)
def pools(request):
    names = sorted(network["name"] for network in compute().floating_ips.pools(request.context))
    return {"floating_ip_pools": [{"name": name} for name in names]}
