"""Hypervisors: lists, one, search by name, sums, uptime."""
import functools

from oslo_utils import strutils, uuidutils

from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.schemas import hypervisors as schemas
from nova_lite.api.views import hypervisors as views
from nova_lite.compute.rpcapi import ComputeAPI
from nova_lite.conf import CONF
from nova_lite.db import hypervisors as db
from nova_lite.db import session
from nova_lite.db.services import is_up
from nova_lite.models.hypervisor import Hypervisor
from nova_lite.trace import now

_MAX_ID = 0x7FFFFFFF
_compute_rpcapi = functools.cache(ComputeAPI)


# -- lists ----------------------------------------------------------------------------------------------
@validation.answer(200, schemas.LISTED)
@validation.query(*schemas.LIST)
def index(request):
    def view(_connection, _found):
        return functools.partial(views.brief, request, now=now())
    return _list(request, view)


@validation.answer(200, schemas.DETAILED)
@validation.query(*schemas.LIST)
def detail(request):
    def view(connection, found):
        workloads = db.workloads(connection, [hypervisor.host for hypervisor in found])
        return functools.partial(_detail, request, workloads)
    return _list(request, view)


def _detail(request, workloads: dict[str, int], hypervisor: Hypervisor) -> dict:
    uptime = _uptime_or_none(request, hypervisor) if request.version >= "2.88" else None
    return views.detail(request, hypervisor, now(), workloads.get(hypervisor.host, 0), uptime)


def _list(request, view) -> dict:
    """Paged from 2.33 on; by name, and with the servers, from 2.53 on."""
    params = request.GET
    limit = request.limit() if request.version >= "2.33" else None
    pattern = params.get("hypervisor_hostname_pattern")
    if pattern is not None and ("limit" in params or "marker" in params):
        raise exceptions.Invalid("Paging over hypervisors with the hypervisor_hostname_pattern query parameter is "
                                 "not supported.")
    with session.reader() as connection:
        if pattern is not None:
            found = _search(connection, pattern)
        else:
            found = db.list_page(connection, limit=limit, marker=_marker(request))
        servers = _servers(connection, found) if _with_servers(request) else {}
        show = view(connection, found)
    body = {"hypervisors": [views.with_servers(request, show(hypervisor), servers.get(hypervisor.host))
                            for hypervisor in found]}
    if found and pattern is None and len(found) == limit:
        body["hypervisors_links"] = [request.next_link(str(body["hypervisors"][-1]["id"]))]
    return body


def _marker(request) -> int | str | None:
    """An id that cannot be is not found, like any other."""
    text = request.GET.get("marker")
    if text is None:
        return None
    try:
        return _parse(request, text)
    except ValueError:
        raise exceptions.MarkerNotFound(marker=text) from None


def _parse(request, text: str) -> int | str:
    """What a hypervisor is named by: a uuid from 2.53 on, before that an integer.  Raises ValueError."""
    if request.version >= "2.53":
        if not uuidutils.is_uuid_like(text):
            raise ValueError(text)
        return text
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) <= _MAX_ID):
        raise ValueError(text)
    return int(text)


def _with_servers(request) -> bool:
    return strutils.bool_from_string(request.GET.get("with_servers", False), strict=True)


def _search(connection, pattern: str) -> list[Hypervisor]:
    found = db.search(connection, pattern)
    if not found:
        raise exceptions.NotFound(f"No hypervisor matching '{pattern}' could be found.")
    return found


def _servers(connection, found: list[Hypervisor]) -> dict[str, list[dict]]:
    """By host, as the bodies have them; a server's name here is its guest's."""
    template = CONF.libvirt.instance_name_template
    return {host: [{"name": template % uuid[:8], "uuid": uuid} for uuid in uuids]
            for host, uuids in db.servers(connection, [hypervisor.host for hypervisor in found]).items()}


# -- by name, until 2.52 ----------------------------------------------------------------------------------
@validation.answer(200, schemas.FOUND)
def search(request):
    with session.reader() as connection:
        found = _search(connection, request.path_args["id"])
    at = now()
    return {"hypervisors": [views.brief(request, hypervisor, at) for hypervisor in found]}


@validation.answer(200, schemas.FOUND_WITH_SERVERS)
def servers(request):
    with session.reader() as connection:
        found = _search(connection, request.path_args["id"])
        by_host = _servers(connection, found)
    at = now()
    return {"hypervisors": [views.with_servers(request, views.brief(request, hypervisor, at), by_host[hypervisor.host])
                            for hypervisor in found]}


# -- one --------------------------------------------------------------------------------------------------
def _get(connection, request) -> Hypervisor:
    text = request.path_args["id"]
    try:
        return db.get(connection, _parse(request, text))
    except ValueError:
        if request.version >= "2.53":
            raise exceptions.Invalid(f"Invalid uuid {text}") from None
    except exceptions.ComputeHostNotFound:
        pass
    raise exceptions.NotFound(f"Hypervisor with ID '{text}' could not be found.")


@validation.answer(200, schemas.SHOWN)
@validation.query(*schemas.SHOW)
def show(request):
    with session.reader() as connection:
        hypervisor = _get(connection, request)
        by_host = _servers(connection, [hypervisor]) if _with_servers(request) else {}
        workloads = db.workloads(connection, [hypervisor.host])
    body = _detail(request, workloads, hypervisor)
    return {"hypervisor": views.with_servers(request, body, by_host.get(hypervisor.host))}


@validation.answer(200, schemas.UPTIME)
def uptime(request):
    """Asks the host itself, and waits for its answer."""
    with session.reader() as connection:
        hypervisor = _get(connection, request)
    if not is_up(hypervisor.service, now()):
        raise exceptions.ComputeServiceUnavailable(host=hypervisor.host)
    answer = _compute_rpcapi().get_host_uptime(request.context, hypervisor.host)
    return {"hypervisor": views.brief(request, hypervisor, now()) | {"uptime": answer}}


def _uptime_or_none(request, hypervisor: Hypervisor) -> str | None:
    """A host that is down, or does not answer, has none."""
    if not is_up(hypervisor.service, now()):
        return None
    try:
        return _compute_rpcapi().get_host_uptime(request.context, hypervisor.host)
    except exceptions.ServiceUnavailable:
        return None


@validation.answer(200, schemas.STATISTICS)
def statistics(_request):
    with session.reader() as connection:
        total = db.statistics(connection)
        workload = sum(db.workloads(connection).values())
    return {"hypervisor_statistics": {"count": total.count} | views.usage(total, workload)}
