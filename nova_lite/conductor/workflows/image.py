"""createImage, createBackup: the image's row, the host's copy of the disk as its data, older backups away.

However often a step is done, or how it ends, there is one image with all of the data, or none: when the order fails,
or is cancelled (``discard``), the image goes, and no host can send data to one that is gone.
"""
import dataclasses
import functools

from nova_lite import failpoints
from nova_lite.conductor.workflow import CONDUCTOR, HOST, Outcome, Step, Workflow
from nova_lite.db import actions, session, unwanted_images
from nova_lite.models import ImageMeta

UNDO = "discard_image"
MOST_TRIES = 3                  # of the undoing: then the server does not wait for the image service any more


def create(engine, context, action, instance, trace):
    """The API has made the image already, and said so, unless its process died."""
    if not action.params.get("made"):
        image = ImageMeta.from_dict(action.params["image"])
        with trace.hop("image.create", function="image.client:ImageClient.create"):
            made = engine.images.create(context, image)
        if made and not _is_open(action):
            engine.images.delete(context, image.id)     # who closed the order may have looked for it too early
    failpoints.hit("conductor", "create_image", "created")
    engine.step_done(context, action.order(), trace)


CREATE = Step("create_image", CONDUCTOR, create, undo="discard_image does that")


def _is_open(action) -> bool:
    with session.reader() as connection:
        return actions.is_open(connection, action.instance_uuid, action.action)


def cast(engine, context, action, instance, trace):
    engine.compute.step(context, action.order(), instance, trace.finished(), image_id=action.params["image"]["id"])


def rotate(engine, context, action, instance, trace):
    """As many backups of this type as ``rotation`` says stay, the newest ones."""
    with trace.hop("image.rotate", function="image.client:ImageClient.delete"):
        backups = engine.images.find(context, image_type="backup", instance_uuid=instance.uuid, status="active",
                                     backup_type=action.params["backup_type"])
        for image in backups[action.params["rotation"]:]:
            engine.images.delete(context, image.id)
    engine.step_done(context, action.order(), trace)


def discard(engine, context, action, instance, trace):
    with trace.hop("image.delete", function="image.client:ImageClient.delete"):
        engine.images.delete(context, action.params["image"]["id"])
    engine.step_done(context, action.order(), trace)


DISCARD = Step(UNDO, CONDUCTOR, discard, undo="it is the undoing")


def succeeded(steps, action, instance, report):
    if action.step == UNDO:
        return Outcome(event="image_failed", values={"fault": action.params["fault"]}, state="failed", message="Error")
    following = steps[steps.index(action.step) + 1:]
    if not following:
        return Outcome(event="image_made")
    return Outcome(next_step=following[0], next_host=instance.host if following[0].endswith("_instance") else None)


def once_more(action) -> Outcome | None:
    """The same step again, unless it has failed often enough."""
    tries = action.params.get("tries", 0) + 1
    if tries < MOST_TRIES:
        return Outcome(next_step=action.step, action_values={"params": {**action.params, "tries": tries}})
    return None


def left(outcome: Outcome, image_id: str) -> Outcome:
    """The order ends so, and the image is deleted later."""
    return dataclasses.replace(outcome, effects=lambda connection: unwanted_images.add(connection, image_id))


def failed(action, instance, report):
    if action.step == UNDO:
        return once_more(action) or left(Outcome(
            event="image_failed", values={"fault": action.params["fault"]}, state="failed", message="Error"),
            action.params["image"]["id"])
    if action.step == "rotate_backups":
        return Outcome(event="image_failed", values={"fault": report.fault}, state="failed", message="Error")
    return Outcome(next_step=UNDO, action_values={"params": {**action.params, "fault": report.fault}})


def workflow(name: str, host_step: str, *more: Step) -> Workflow:
    steps = (CREATE, Step(host_step, HOST, cast, done="image_made", undo=discard, timeout="snapshot_timeout"), *more)
    return Workflow(name, (*steps, DISCARD),
                    functools.partial(succeeded, [step.name for step in steps]), failed)


CREATE_IMAGE = workflow("createImage", "snapshot_instance")
CREATE_BACKUP = workflow("createBackup", "backup_instance", Step(
    "rotate_backups", CONDUCTOR, rotate, done="image_made", undo="the new backup is whole, and stays"))
