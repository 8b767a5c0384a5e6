"""Rebuild."""
from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.handlers import server_create, server_shown
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_actions.action import ServerAction
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas
from nova_lite.api.schemas import servers as server_schemas
from nova_lite.api.views import servers as views
from nova_lite.api.wsgi import Response
from nova_lite.compute.api import RebuildRequest


def _rebuild(request, server, asked):
    if asked.get("trusted_image_certificates"):
        raise exceptions.Invalid("This cloud does not validate images by certificates.")
    if server.flavor.ephemeral_gb and server_create.truth(asked.get("preserve_ephemeral", False)):
        raise exceptions.PreserveEphemeralNotSupported()        # Nova accepts it, and the server ends in ERROR
    changes = server_shown.changes(asked)
    changes |= {key: asked[key] for key in ("metadata", "key_name", "user_data") if key in asked}
    wanted = RebuildRequest(
        image_id=asked["imageRef"], changes=changes,
        admin_password=asked.get("adminPass") or server_create.generate_password(),
        injected_files=server_create.injected_files(asked.get("personality", ())))
    try:
        compute().rebuild(request.context, server, wanted)
    except exceptions.ImageNotFound as error:
        raise exceptions.Invalid("Cannot find image for rebuild") from error
    except exceptions.KeypairNotFound as error:
        raise exceptions.Invalid(str(error)) from error
    return _answer(request, server.uuid, wanted.admin_password)


def _answer(request, uuid, password):
    server, seen = compute().get(request.context, uuid), views.Seen.by(request)
    body = views.rebuilt(request, server, seen, server_shown.host_statuses(request, seen, [server]),
                         server_shown.group(request, server), password)
    return Response(202, body, {"Location": request.self_link("servers", uuid)})


ACTIONS = {
    "rebuild": ServerAction(
        _rebuild, rules.REBUILD, schemas.REBUILD, answers=(validation.Answer(202, server_schemas.REBUILT),),
        again=lambda request, key, outcome: _answer(request, outcome.server, key.unseal(outcome.password))),
}
