"""Images that are left of orders, since nobody could delete them then.  Called periodically by every conductor."""
import logging

from nova_lite import exceptions
from nova_lite.conductor.engine import Engine
from nova_lite.context import admin_context
from nova_lite.db import session, unwanted_images

LOG = logging.getLogger(__name__)
INTERVAL = 60.0                 # seconds between looks


def delete(engine: Engine) -> int:
    """How many are gone.  Those of this look that cannot be deleted now come last in the next ones."""
    with session.reader() as connection:
        found = unwanted_images.some(connection)
    return sum(_delete_one(engine, image_id) for image_id in found)


def _delete_one(engine: Engine, image_id: str) -> bool:
    try:
        engine.images.delete(admin_context(), image_id)
    except exceptions.Forbidden as error:               # somebody has protected it: it is wanted by now
        LOG.warning("image %s is left: %s", image_id, error)
    except Exception as error:
        LOG.warning("image %s is still to be deleted: %s", image_id, error)
        session.transaction(unwanted_images.add)(image_id)
        return False
    session.transaction(unwanted_images.forget)(image_id)
    return True
