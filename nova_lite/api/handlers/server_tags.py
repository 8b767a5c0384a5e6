"""A server's tags: all, or one (which has no body, it is there or not)."""
from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.handlers.backend import server_of
from nova_lite.api.schemas import parameter_types as types
from nova_lite.api.schemas import server_tags as schemas
from nova_lite.api.wsgi import Response
from nova_lite.compute.api import tags


@validation.answer(200, schemas.LISTED)
def index(request):
    return {"tags": list(server_of(request).tags)}


@validation.answer(200, schemas.LISTED)
@validation.body(*schemas.UPDATE)
def update_all(request):
    return {"tags": tags.replace(server_of(request), request.parsed_body["tags"])}


@validation.answer(204)
def delete_all(request):
    tags.clear(server_of(request))
    return Response(204)


@validation.answer(204)
def show(request):
    server, tag = server_of(request), request.path_args["id"]
    if tag not in server.tags:
        raise exceptions.NotFound(f"Server {server.uuid} has no tag '{tag}'")
    return Response(204)


@validation.answer(201)
@validation.answer(204)
@validation.body(*schemas.UPDATE_ONE)
def update(request):
    """201 when it is new, 204 when it was there."""
    server, tag = server_of(request), request.path_args["id"]
    tags.check_state(server, "update tag")
    try:
        validation.check(types.TAG, tag)
    except exceptions.ValidationError as error:
        raise exceptions.Invalid(f"Tag '{tag}' is invalid. It must be a non empty string without characters '/' and "
                                 f"','. Validation error message: {error}") from None
    if not tags.add(server, tag):
        return Response(204)
    return Response(201, headers={"Location": request.self_link("servers", f"{server.uuid}/tags/{tag}")})


@validation.answer(204)
def delete(request):
    tags.remove(server_of(request), request.path_args["id"])
    return Response(204)
