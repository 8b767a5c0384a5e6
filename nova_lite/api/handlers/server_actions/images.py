"""createImage, createBackup."""
from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.handlers.backend import compute
from nova_lite.api.handlers.server_actions.action import ServerAction
from nova_lite.api.policies import server_actions as rules
from nova_lite.api.schemas import server_actions as schemas
from nova_lite.api.wsgi import Response
from nova_lite.conf import CONF


def _create_image(request, server, value):
    properties = _properties(request, value)
    return _ordered(request, compute().create_image(request.context, server, value["name"], properties))


def _create_backup(request, server, value):
    properties, rotation = _properties(request, value), int(value["rotation"])
    image_id = compute().create_backup(request.context, server, value["name"], value["backup_type"], rotation,
                                       properties)
    return _backup_ordered(request, rotation, image_id)


def _properties(request, value) -> dict:
    """Raises QuotaError (403); from 2.39 on the image service alone has limits."""
    properties, limit = value.get("metadata", {}), CONF.quota.metadata_items
    if request.version < "2.39" and 0 <= limit < len(properties):
        raise exceptions.QuotaError("Image metadata limit exceeded")
    return properties


def _ordered(request, image_id: str) -> Response:
    if request.version >= "2.45":
        return Response(202, {"image_id": image_id})
    return Response(202, headers={"Location": compute().images.url(image_id)})


def _backup_ordered(request, rotation: int, image_id: str) -> Response:
    """Of a backup that is rotated away at once nothing is told."""
    return _ordered(request, image_id) if rotation else Response(202)


def _backup_ordered_before(request, key, outcome):
    return _backup_ordered(request, int(request.parsed_body["createBackup"]["rotation"]), outcome.image)


_ANSWERS = (validation.Answer(202, max_version="2.44"), validation.Answer(202, schemas.IMAGE_ORDERED, "2.45"))
ACTIONS = {
    "createImage": ServerAction(_create_image, rules.CREATE_IMAGE, schemas.CREATE_IMAGE, answers=_ANSWERS,
                                again=lambda request, key, outcome: _ordered(request, outcome.image)),
    "createBackup": ServerAction(_create_backup, rules.CREATE_BACKUP, schemas.CREATE_BACKUP,
                                 answers=(*_ANSWERS, validation.Answer(202, min_version="2.45")),
                                 again=_backup_ordered_before),
}
