"""Hosts until 2.42: services and hypervisors in one.  What changes the machine itself no driver here can do: 501."""
from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.schemas import hosts as schemas
from nova_lite.api.views import hosts as views
from nova_lite.db import aggregates, hypervisors, services, session
from nova_lite.db.services import is_up
from nova_lite.models.service import COMPUTE
from nova_lite.trace import now


@validation.answer(200, schemas.LISTED)
@validation.query(*schemas.LIST)
def index(request):
    """Services that are not disabled; ``zone``: of this zone."""
    with session.reader() as connection:
        found = services.list_all(connection, disabled=False)
        return views.index(found, aggregates.zones(connection), request.GET.get("zone"))


@validation.answer(200, schemas.SHOWN)
def show(request):
    with session.reader() as connection:
        hypervisor = hypervisors.get_of_host(connection, request.path_args["id"])
        return views.show(hypervisor, hypervisors.flavors_by_project(connection, hypervisor.host))


@validation.answer(501)
@validation.body(*schemas.UPDATE)
def update(request):
    """Disable it with ``PUT /os-services``: no driver has a maintenance mode."""
    return _refuse(request, must_be_up=False)


@validation.answer(501)
def power(request):
    """Reboot, shutdown and startup."""
    return _refuse(request, must_be_up=True)


def _refuse(request, must_be_up: bool):
    """Raises HostNotFound (404), ComputeServiceUnavailable (400), FeatureNotSupported (501): never returns."""
    name = request.path_args["id"]
    with session.reader() as connection:
        found = services.list_all(connection, host=name, binary=COMPUTE)
    if not found:
        raise exceptions.HostNotFound(host=name)
    if must_be_up and not is_up(found[0], now()):
        raise exceptions.ComputeServiceUnavailable(host=name)
    raise exceptions.FeatureNotSupported()
