"""A server's metadata: all items, or one."""
from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.handlers.backend import compute, server_of
from nova_lite.api.schemas import server_metadata as schemas
from nova_lite.api.wsgi import Response


@validation.answer(200, schemas.ALL_SHOWN)
def index(request):
    return {"metadata": server_of(request).metadata}


@validation.answer(200, schemas.ALL_SHOWN)
@validation.body(*schemas.ALL)
def create(request):
    return _change(request, request.parsed_body["metadata"], replace=False)


@validation.answer(200, schemas.ALL_SHOWN)
@validation.body(*schemas.ALL)
def update_all(request):
    return _change(request, request.parsed_body["metadata"], replace=True)


@validation.answer(200, schemas.ITEM_SHOWN)
def show(request):
    key = request.path_args["id"]
    return {"meta": {key: _item(server_of(request), key)}}


@validation.answer(200, schemas.ITEM_SHOWN)
@validation.body(*schemas.ITEM)
def update(request):
    item = request.parsed_body["meta"]
    if request.path_args["id"] not in item:
        raise exceptions.Invalid("Request body and URI mismatch")
    compute().update_metadata(request.context, server_of(request), item, replace=False)
    return {"meta": item}


@validation.answer(204)
def delete(request):
    server, key = server_of(request), request.path_args["id"]
    _item(server, key)
    compute().delete_metadata(request.context, server, key)
    return Response(204)


def _item(server, key: str) -> str:
    if key not in server.metadata:
        raise exceptions.NotFound("Metadata item was not found")
    return server.metadata[key]


def _change(request, metadata, replace: bool):
    return {"metadata": compute().update_metadata(request.context, server_of(request), metadata, replace=replace)}
