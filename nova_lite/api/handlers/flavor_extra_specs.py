"""Extra specs of flavors."""
from nova_lite import exceptions
from nova_lite.api import extra_specs, validation
from nova_lite.api.handlers.flavors import visible
from nova_lite.api.schemas import flavor_extra_specs as schemas
from nova_lite.api.wsgi import Response
from nova_lite.db import flavors as db
from nova_lite.db import session


def _visible(request):
    with session.reader() as connection:
        return visible(connection, request)


@validation.answer(200, schemas.LISTED)
def index(request):
    return {"extra_specs": _visible(request).extra_specs}


@validation.answer(200, schemas.SHOWN)
def show(request):
    flavor, key = _visible(request), request.path_args["key"]
    if key not in flavor.extra_specs:
        raise exceptions.FlavorExtraSpecsNotFound(flavor_id=flavor.flavorid, extra_specs_key=key)
    return {key: flavor.extra_specs[key]}


@validation.answer(200, schemas.CREATED)
@validation.body(*schemas.CREATE)
def create(request):
    _store(request, request.parsed_body["extra_specs"])
    return request.parsed_body


@validation.answer(200, schemas.UPDATED)
@validation.body(*schemas.UPDATE)
def update(request):
    if request.path_args["key"] not in request.parsed_body:
        raise exceptions.Invalid("Request body and URI mismatch")
    _store(request, request.parsed_body)
    return request.parsed_body


def _store(request, specs: dict) -> None:
    values = {key: str(value) for key, value in specs.items()}
    if request.version >= "2.86":
        extra_specs.check(values)
    session.transaction(db.set_extra_specs)(request.path_args["id"], values)


@validation.answer(200)
def delete(request):
    session.transaction(db.delete_extra_spec)(request.path_args["id"], request.path_args["key"])
    return Response(200)
