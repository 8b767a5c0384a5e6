"""What orders to make images of servers must not leave, in the embedded image service.

A witness's look, in the process that has the cloud's options: at rest an image has all of its data, or is gone.
"""
import os
from collections.abc import Iterator

import sqlalchemy as sa

from nova_lite.conf import CONF
from nova_lite.db import actions as orders
from nova_lite.db import session
from nova_lite.db.tables import actions
from nova_lite.embedded.tables import images
from nova_lite.models import Finding
from nova_lite.models.finding import LEAKED, LOST

# A step that fails and leaves the image: older backups could not be deleted, or it could not be itself; or the server
# is shelved.
LEAVE = ("rotate_backups", "discard_image", "shelve_offload_instance", "unbind_ports")


def findings() -> Iterator[Finding]:
    with session.reader() as connection:
        found = {row.id: row.status for row in connection.execute(sa.select(images.c.id, images.c.status))}
        made = connection.execute(sa.select(actions.c.params, actions.c.state, actions.c.step).where(
            actions.c.action.in_(("createImage", "createBackup", "shelve")), actions.c.state != orders.OPEN)).all()
    folder = CONF.embedded.image_path
    files = set(os.listdir(folder)) if os.path.isdir(folder) else set()
    left = {params["image"]["id"] for params, _state, step in made if step == "discard_image"}
    for image_id, status in found.items():
        if image_id in left:
            continue
        if status != "active":
            yield Finding(LEAKED, f"image {image_id} is {status} for ever")
        elif image_id not in files:
            yield Finding(LOST, f"image {image_id} is active and has no data")
    for name in files - found.keys():
        yield Finding(LEAKED, f"file {name} is of no image")
    for params, state, step in made:
        image_id = params["image"]["id"]
        if state != orders.DONE and step not in LEAVE and image_id in found:
            yield Finding(LEAKED, f"image {image_id} is left of an order that {state} at {step}")
