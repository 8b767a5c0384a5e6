"""Services: list, enable and disable, force down, delete."""
from oslo_utils import strutils, uuidutils

from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.schemas import services as schemas
from nova_lite.api.views import services as views
from nova_lite.api.wsgi import Response
from nova_lite.db import aggregates, session
from nova_lite.db import services as db
from nova_lite.models.service import COMPUTE
from nova_lite.trace import now

_MAX_ID = 0x7FFFFFFF


@validation.answer(200, schemas.LISTED)
@validation.query(*schemas.LIST)
def index(request):
    with session.reader() as connection:
        found = db.list_all(connection, host=request.GET.get("host") or None,
                            binary=request.GET.get("binary") or None)
        zones = aggregates.zones(connection)
    at = now()
    return {"services": [views.show(request, service, zones, at) for service in found]}


@validation.answer(200, schemas.UPDATED)
@validation.body(*schemas.UPDATE)
def update(request):
    """Until 2.52 the URL ends in a verb and the body says which service; from 2.53 on the URL has its uuid."""
    return _update(request) if request.version >= "2.53" else _perform(request)


# -- by verb ------------------------------------------------------------------------------------------
def _perform(request) -> dict:
    verb, body = request.path_args["id"], request.parsed_body
    if verb not in _VERBS or (verb == "force-down" and request.version < "2.11"):
        raise exceptions.NotFound("Unknown action")
    changes, shown = _VERBS[verb](body)

    @session.transaction
    def store(connection):
        service = db.get_by_host(connection, body["host"], body["binary"])
        db.update(connection, service.id, **changes)

    store()
    return {"service": {"host": body["host"], "binary": body["binary"]} | shown}


def _enable(_body):
    return {"disabled": False, "disabled_reason": None}, {"status": "enabled"}


def _disable(_body):
    return {"disabled": True, "disabled_reason": None}, {"status": "disabled"}


def _disable_log_reason(body):
    if "disabled_reason" not in body:
        raise exceptions.Invalid("Missing disabled reason field")
    reason = body["disabled_reason"]
    return {"disabled": True, "disabled_reason": reason}, {"status": "disabled", "disabled_reason": reason}


def _force_down(body):
    if "forced_down" not in body:
        raise exceptions.Invalid("Missing forced_down field")
    forced_down = strutils.bool_from_string(body["forced_down"], strict=True)
    return {"forced_down": forced_down}, {"forced_down": forced_down}


_VERBS = {"enable": _enable, "disable": _disable, "disable-log-reason": _disable_log_reason,
          "force-down": _force_down}


# -- by uuid ------------------------------------------------------------------------------------------
def _update(request) -> dict:
    uuid, body, changes = _identifier(request), request.parsed_body or {}, {}
    if body.get("status") == "enabled":
        if body.get("disabled_reason"):
            raise exceptions.Invalid("Specifying 'disabled_reason' with status 'enabled' is invalid.")
        changes = {"disabled": False, "disabled_reason": None}
    elif "status" in body:
        changes = {"disabled": True, "disabled_reason": body.get("disabled_reason")}
    if "forced_down" in body:
        changes["forced_down"] = strutils.bool_from_string(body["forced_down"], strict=True)

    @session.transaction
    def store(connection):
        service = db.get(connection, uuid)
        if service.binary != COMPUTE:
            raise exceptions.Invalid(f"Updating a {service.binary} service is not supported. Only nova-compute "
                                     "services can be updated.")
        if all(getattr(service, name) == value for name, value in changes.items()):
            raise exceptions.Invalid("No updates were requested. Fields 'status' or 'forced_down' should be "
                                     "specified.")
        return db.update(connection, service.id, **changes), aggregates.zones(connection, [service.host])

    return {"service": views.show(request, *store(), now())}


def _identifier(request) -> int | str:
    """What the URL names a service by: a uuid from 2.53 on, before that an integer."""
    text = request.path_args["id"]
    if request.version >= "2.53":
        if not uuidutils.is_uuid_like(text):
            raise exceptions.Invalid(f"Invalid uuid {text}")
        return text
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) <= _MAX_ID):
        raise exceptions.Invalid("Invalid input received: id must be an integer")
    return int(text)


@validation.answer(204)
def delete(request):
    identifier = _identifier(request)

    @session.transaction
    def remove(connection):
        try:
            service = db.get(connection, identifier)
        except exceptions.ServiceNotFound:
            raise exceptions.NotFound(f"Service {identifier} not found.") from None
        db.delete(connection, service)

    remove()
    return Response(204)
