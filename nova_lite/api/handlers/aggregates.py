"""Aggregates, and the actions that change their hosts and metadata."""
from nova_lite import exceptions
from nova_lite.api import policies, validation
from nova_lite.api.handlers.backend import compute
from nova_lite.api.policies.aggregates import ADD_HOST, REMOVE_HOST, SET_METADATA
from nova_lite.api.schemas import aggregates as schemas
from nova_lite.api.views import aggregates as views
from nova_lite.api.wsgi import Response
from nova_lite.db import aggregates as db
from nova_lite.db import session
from nova_lite.models.aggregate import ZONE

_MAX_ID = 0x7FFFFFFF


def _id(request) -> int:
    text = request.path_args["id"]
    if not (text.isascii() and text.removeprefix("-").isdecimal() and len(text) <= 11 and abs(int(text)) <= _MAX_ID):
        raise exceptions.Invalid(f"Invalid input received: id must be an integer: {text}")
    return int(text)


def _shown(request, aggregate) -> dict:
    return {"aggregate": views.show(request, aggregate)}


@validation.answer(200, schemas.LISTED)
def index(request):
    with session.reader() as connection:
        return {"aggregates": [views.show(request, aggregate) for aggregate in db.list_all(connection)]}


@validation.answer(200, schemas.CREATED)
@validation.body(*schemas.CREATE)
def create(request):
    asked = request.parsed_body["aggregate"]
    aggregate = session.transaction(db.create)(asked["name"], asked.get("availability_zone"))
    return {"aggregate": views.brief(request, aggregate)}


@validation.answer(200, schemas.SHOWN)
def show(request):
    with session.reader() as connection:
        return _shown(request, db.get(connection, _id(request)))


@validation.answer(200, schemas.SHOWN)
@validation.body(*schemas.UPDATE)
def update(request):
    asked = request.parsed_body["aggregate"]
    metadata = {ZONE: asked[ZONE]} if ZONE in asked else {}
    return _shown(request, session.transaction(db.update)(_id(request), asked.get("name"), metadata))


@validation.answer(200)
def delete(request):
    session.transaction(db.delete)(_id(request))
    return Response(200)


@validation.answer(202)
@validation.body(*schemas.CACHE_IMAGES)
def images(request):
    """Ask each host that is up to fetch images; whether it could is told in its log."""
    wanted = [image["id"] for image in request.parsed_body["cache"]]
    if len(set(wanted)) < len(wanted):
        raise exceptions.Invalid("Duplicate images in request")
    with session.reader() as connection:
        hosts = db.get(connection, _id(request)).hosts
    for host, status in compute().host_statuses(request.context, hosts).items():
        if status in ("UP", "MAINTENANCE"):
            compute().compute.cache_images(request.context, host, wanted)
    return Response(202)


@validation.answer(200, schemas.SHOWN)
def dispatch(request):
    """``POST .../action``: exactly one key, which names the action."""
    name, value = request.action(ACTIONS)
    run, policy, schema = ACTIONS[name]
    policies.check(request.context, policy)
    validation.check(schema, request.parsed_body)
    return _shown(request, run(_id(request), value))


def _add_host(aggregate_id: int, value: dict):
    return session.transaction(db.add_host)(aggregate_id, value["host"])


def _remove_host(aggregate_id: int, value: dict):
    return session.transaction(db.remove_host)(aggregate_id, value["host"])


def _set_metadata(aggregate_id: int, value: dict):
    return session.transaction(db.update)(aggregate_id, None, value["metadata"])


# key of the body -> (what does it, policy, schema of the whole body)
ACTIONS = {"add_host": (_add_host, ADD_HOST, schemas.ADD_HOST),
           "remove_host": (_remove_host, REMOVE_HOST, schemas.REMOVE_HOST),
           "set_metadata": (_set_metadata, SET_METADATA, schemas.SET_METADATA)}
