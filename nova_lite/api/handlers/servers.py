"""Servers: list, show, create, change, delete."""
from nova_lite import exceptions
from nova_lite.api import idempotency, policies, validation
from nova_lite.api.handlers import server_create, server_list, server_shown
from nova_lite.api.handlers.backend import compute, server_of
from nova_lite.api.policies import servers as rules
from nova_lite.api.schemas import servers as schemas
from nova_lite.api.views import servers as views
from nova_lite.api.wsgi import Response


@validation.answer(200, schemas.LISTED)
@validation.query(*schemas.LIST)
def index(request):
    query = server_list.query(request, detail=False)
    servers = compute().list_names(request.context, query) if query else []
    return views.index(request, servers, query.limit if query else 0)


@validation.answer(200, schemas.DETAILED)
@validation.query(*schemas.LIST)
def detail(request):
    query = server_list.query(request, detail=True)
    servers, seen = compute().list(request.context, query) if query else [], views.Seen.by(request)
    return views.detail(request, servers, query.limit if query else 0, seen,
                        server_shown.host_statuses(request, seen, servers))


@validation.answer(200, schemas.SHOWN)
@validation.query(*schemas.NO_QUERY)
def show(request):
    return _show(request, views.show, server_of(request))


def _created(request, uuid, reservation_id, password):
    asked = request.parsed_body["server"]
    if server_create.truth(asked.get("return_reservation_id", False)):
        return Response(202, {"reservation_id": reservation_id})
    groups = server_create.security_groups(asked.get("security_groups"))
    return Response(202, views.created(request, uuid, asked, groups, password),
                    {"Location": request.self_link("servers", uuid)})


def _created_before(request, key, outcome):
    return _created(request, outcome.server, outcome.reservation_id, key.unseal(outcome.password))


@validation.answer(202, schemas.CREATED)
@validation.body(*schemas.CREATE)
@idempotency.honoured(_created_before)
def create(request):
    wanted = server_create.read(request)
    if wanted.requested_networks:
        policies.check(request.context, rules.ATTACH_NETWORK)
    try:
        servers, reservation_id = compute().create(request.context, wanted)
    except exceptions.NotFound as error:
        raise exceptions.Invalid(str(error)) from error      # a thing the body names, not the URL
    return _created(request, servers[0].uuid, reservation_id, wanted.admin_password)


@validation.answer(200, schemas.UPDATED)
@validation.body(*schemas.UPDATE)
def update(request):
    asked, server = request.parsed_body["server"], server_of(request)
    changes = server_shown.changes(asked)
    if "pinned_availability_zone" in asked:
        changes["pinned_availability_zone"] = _pinned(server, asked["pinned_availability_zone"])
    if changes:
        server = compute().update(request.context, server, **changes)
    return _show(request, views.updated, server)


def _pinned(server, zone: str | None) -> str | None:
    """The zone that a server is to stay in when it moves.  Raises Conflict (409) for one that it is not in."""
    pinned = server.pinned_availability_zone
    if zone is not None and pinned is not None and zone != pinned:
        raise exceptions.Conflict("Cannot change pinned availability zone directly. Unpin first by setting "
                                  "pinned_availability_zone to null.")
    if zone is not None and pinned is None and zone != server.availability_zone:
        raise exceptions.Conflict(f"Server can only be pinned to its current availability zone "
                                  f"'{server.availability_zone}', but '{zone}' was requested.")
    return zone


@validation.answer(204)
def delete(request):
    compute().delete(request.context, server_of(request))
    return Response(204)


def _show(request, view, server):
    seen = views.Seen.by(request)
    return view(request, server, seen, server_shown.host_statuses(request, seen, [server]),
                server_shown.group(request, server))
