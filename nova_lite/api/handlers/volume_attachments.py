"""Volumes of servers.  No cloud here has volumes yet, so no server has one, and none that is named is there."""
from nova_lite import exceptions
from nova_lite.api import policies, validation
from nova_lite.api.handlers.backend import server_of
from nova_lite.api.policies.volume_attachments import SWAP
from nova_lite.api.schemas import volume_attachments as schemas


@validation.answer(200, schemas.LISTED)
@validation.query(*schemas.LIST)
def index(request):
    request.window()
    server_of(request)
    return {"volumeAttachments": []}


@validation.answer(200, schemas.SHOWN)
def show(request):
    _refuse_attached(request)


@validation.answer(200, schemas.CREATED, max_version="2.100")
@validation.answer(202, min_version="2.101")
@validation.body(*schemas.CREATE)
def create(request):
    server_of(request)
    raise exceptions.VolumeNotFound(volume_id=request.parsed_body["volumeAttachment"]["volumeId"])


@validation.answer(202)
@validation.body(*schemas.UPDATE)
def update(request):
    """Another volume in its place, or from 2.85 on only whether it goes with the server."""
    server_of(request)
    asked = request.parsed_body["volumeAttachment"]["volumeId"]
    if request.version < "2.85" or asked != request.path_args["id"]:
        policies.check(request.context, SWAP)
    _refuse_attached(request)


@validation.answer(202)
def delete(request):
    _refuse_attached(request)


def _refuse_attached(request):
    """Raises NotFound (404), also for the server."""
    server = server_of(request)
    raise exceptions.NotFound(f"Instance {server.uuid} is not attached to volume {request.path_args['id']}")
