"""After a crash: uploads that nobody runs any more go back to queued, half-deleted images go.

Called when the service starts.  Several may run: what a living one is uploading is left alone.
"""
import logging

from nova_lite.embedded.image import files, store

LOG = logging.getLogger(__name__)


def recover() -> None:
    parts, deleted = files.leftovers()
    for image_id in parts:
        files.remove_part(image_id)
    for image_id in store.statuses("saving"):
        if not files.is_uploading(image_id) and store.change_status(image_id, ("saving",), "queued"):
            LOG.warning("the upload of image %s was cut off; it is queued again", image_id)
    alive = store.statuses(ids=deleted) if deleted else {}
    for image_id in deleted:
        files.restore(image_id) if image_id in alive else files.discard(image_id)
