"""Snapshots of volumes that are files, which a volume service asks for.  No server here has a volume."""
import json

from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.schemas import assisted_volume_snapshots as schemas


@validation.answer(400)
@validation.body(*schemas.CREATE)
def create(request):
    """Raises VolumeNotAttached: never returns."""
    raise exceptions.VolumeNotAttached(volume_id=request.parsed_body["snapshot"]["volume_id"])


@validation.answer(400)
@validation.query(*schemas.DELETE)
def delete(request):
    """``delete_info``: JSON, with a volume_id.  Raises Invalid, VolumeNotAttached: never returns."""
    try:
        volume_id = json.loads(request.GET["delete_info"])["volume_id"]
    except (KeyError, TypeError, ValueError, RecursionError):
        raise exceptions.Invalid("delete_info is not a JSON object with a volume_id.") from None
    raise exceptions.VolumeNotAttached(volume_id=ascii(volume_id) if not isinstance(volume_id, str) else volume_id)
