"""Flavors."""
import functools
import uuid

from oslo_utils import strutils

from nova_lite import exceptions
from nova_lite.api import policies, validation
from nova_lite.api.policies.flavor_extra_specs import INDEX as SEE_EXTRA_SPECS
from nova_lite.api.schemas import flavors as schemas
from nova_lite.api.views import flavors as views
from nova_lite.api.wsgi import Response
from nova_lite.db import flavors as db
from nova_lite.db import session
from nova_lite.models import Flavor


def visible(connection, request) -> Flavor:
    """The flavor that the URL names; raises FlavorNotFound (404), also when it is hidden from the caller."""
    context = request.context
    return db.get_visible(connection, request.path_args["id"], context.project_id, context.is_admin)


def _view(request):
    """How this caller sees a flavor."""
    with_extra_specs = policies.allowed(request.context, SEE_EXTRA_SPECS)
    return functools.partial(views.show, request, with_extra_specs=with_extra_specs)


@validation.answer(200, schemas.LISTED)
@validation.query(*schemas.LIST)
def index(request):
    return _page(request, functools.partial(views.brief, request))


@validation.answer(200, schemas.DETAILED)
@validation.query(*schemas.LIST)
def detail(request):
    return _page(request, _view(request))


def _page(request, view) -> dict:
    params, limit = request.GET, request.limit()
    sort_key = params.get("sort_key") or "flavorid"
    if sort_key not in db.SORT_KEYS or (sort_key == "rxtx_factor" and request.version >= "2.102"):
        raise exceptions.Invalid("Sort key supplied was not valid.")
    with session.reader() as connection:
        found = db.list_page(connection, _filters(request), sort_key=sort_key,
                             sort_dir=params.get("sort_dir") or "asc", limit=limit, marker=params.get("marker"))
    return views.page(request, found, limit, view)


def _filters(request) -> db.Filters:
    """Only an administrator chooses by ``is_public`` (``None``: all) and sees disabled flavors."""
    params, context = request.GET, request.context
    is_public = _is_public(params.get("is_public")) if context.is_admin else True
    return db.Filters(
        project_id=context.project_id, is_public=is_public, disabled=None if context.is_admin else False,
        min_memory_mb=_integer(params, "minRam"), min_root_gb=_integer(params, "minDisk"), name=params.get("name"))


def _is_public(text: str | None) -> bool | None:
    if text is None:
        return True
    if text.lower() == "none":
        return None
    try:
        return strutils.bool_from_string(text, strict=True)
    except ValueError:
        raise exceptions.Invalid(f"Invalid is_public filter [{text}]") from None


def _integer(params, name: str) -> int | None:
    if name not in params:
        return None
    try:
        value = int(params[name])
    except ValueError:
        value = None
    if value is None or abs(value) > 0x7FFFFFFF:        # beyond it PostgreSQL does not compare
        raise exceptions.Invalid(f"Invalid {name} filter [{params[name]}]")
    return value


@validation.answer(200, schemas.SHOWN)
def show(request):
    with session.reader() as connection:
        flavor = visible(connection, request)
    return {"flavor": _view(request)(flavor)}


@validation.answer(200, schemas.SHOWN)
@validation.body(*schemas.CREATE)
def create(request):
    """Without an id, or with ``auto``, a flavor gets a uuid."""
    values = request.parsed_body["flavor"]
    flavorid = values.get("id")
    flavor = Flavor(
        flavorid=str(uuid.uuid4()) if flavorid in (None, "auto") else str(flavorid), name=values["name"],
        vcpus=int(values["vcpus"]), memory_mb=int(values["ram"]), root_gb=int(values["disk"]),
        ephemeral_gb=int(values.get("OS-FLV-EXT-DATA:ephemeral", 0)), swap=int(values.get("swap", 0)),
        rxtx_factor=float(values.get("rxtx_factor", 1.0)),
        is_public=strutils.bool_from_string(values.get("os-flavor-access:is_public", True), strict=True),
        description=values.get("description"))
    return {"flavor": _view(request)(session.transaction(db.create)(flavor))}


@validation.answer(200, schemas.SHOWN)
@validation.body(*schemas.UPDATE)
def update(request):
    """The description is all that may change."""
    flavorid = request.path_args["id"]
    session.transaction(db.set_description)(flavorid, request.parsed_body["flavor"]["description"])
    return show(request)


@validation.answer(202)
def delete(request):
    session.transaction(db.delete)(request.path_args["id"])
    return Response(202)
