"""Unshelve: the host that has the guest starts it, or one is chosen that builds it of the image that it was shelved as.

A host that has lost the guest (its offload was given up on the way) is one that never had it.

The image goes when the guest runs, before anybody is told: from then on nothing is made of it any more.
"""
import logging

from nova_lite import exceptions, states
from nova_lite.conductor.workflow import CONDUCTOR, HOST, Outcome, Step, Workflow
from nova_lite.conductor.workflows import build, image, placing
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.db import claims, hosts
from nova_lite.models import RequestSpec
from nova_lite.trace import now

LOG = logging.getLogger(__name__)


def schedule(engine, context, action, instance, trace):
    """Choose, claim and cast.  Raises ShelvedImageGone, NoValidHost, ServiceUnavailable."""
    _check_image(engine, action, trace)
    host = action.params.get("host")
    spec = RequestSpec(
        orders=(action.order(),), flavor=instance.flavor, image=instance.image_meta, project_id=instance.project_id,
        availability_zone=instance.pinned_availability_zone, force_hosts=(host,) if host else (),
        ignore_hosts=action.hosts_tried, scheduler_hints=instance.scheduler_hints, transition="unshelve_claimed",
        next_step="unshelve_instance", step_timeout=CONF.workflow.build_timeout)
    for selection in placing.select(engine, context, action, spec, trace):
        cast(engine, context, action.replace(step="unshelve_instance", step_host=selection.service_host,
                                             attempt=selection.attempt),
             instance.replace(host=selection.service_host, node=selection.nodename, attempt=instance.attempt + 1),
             trace)


def _check_image(engine, action, trace) -> None:
    """As an administrator: an image that is only hidden from the user is there."""
    image_id = action.params["image_id"]
    try:
        with trace.hop("image.get", function="image.client:ImageClient.get"):
            engine.images.get(admin_context(action.request_id), image_id or "")
    except exceptions.ImageNotFound as error:
        raise exceptions.ShelvedImageGone(instance_uuid=action.instance_uuid, image_id=image_id) from error


def cast(engine, context, action, instance, trace):
    engine.compute.step(context, action.order(), instance, trace.finished(), image_id=action.params["image_id"])


def abandon(engine, context, instance, action):
    """The host did not answer, so it did not let go of the ports either; it may still have the guest."""
    engine.network.move_ports(context, instance.uuid, "")
    engine.compute.disown(context, instance.host, instance.uuid, instance.attempt, deallocate=False)


def forget_image(engine, context, action, instance, trace):
    if image_id := action.params["image_id"]:
        try:
            with trace.hop("image.delete", function="image.client:ImageClient.delete"):
                engine.images.delete(context, image_id)
        except exceptions.Forbidden as error:           # somebody has protected it
            LOG.warning("image %s is left of a server that was shelved: %s", image_id, error)
    engine.step_done(context, action.order(), trace)


def succeeded(action, instance, report):
    if action.step == "forget_image":
        return Outcome(event="unshelved")
    values = {**build.made(report), "fault": None}
    if action.step == "unshelve_instance":
        values["launched_at"] = now()
    return Outcome(event="unshelve_built", values=values, next_step="forget_image")


def failed(action, instance, report):
    if action.step == "forget_image":
        return image.once_more(action) or image.left(Outcome(event="unshelved"), action.params["image_id"])
    if report.result == "image_gone":
        return Outcome(event="unshelve_without_image", values={"fault": report.fault}, state="failed", message="Error")
    if report.result == "guest_gone":
        return Outcome(event="unshelve_elsewhere", values={
            "host": None, "node": None, "power_state": states.NOSTATE,
            "availability_zone": instance.pinned_availability_zone}, next_step="schedule",
            effects=lambda connection: claims.release(connection, instance.uuid))
    if action.step == "start_shelved_instance":
        return Outcome(event="unshelve_failed", values={"fault": report.fault}, state="failed", message="Error")
    return _not_built(action, instance, report)


def _not_built(action, instance, report):
    """Another host, unless it cannot help, one was asked for, or enough were tried: as of a build."""
    host = report.host if action.step == "unshelve_instance" else None
    gone = {"host": None, "node": None, "fault": report.fault, "power_state": states.NOSTATE,
            "availability_zone": instance.pinned_availability_zone}

    def give_back(connection):
        claims.release(connection, instance.uuid)
        if host and report.result == "retry":
            hosts.build_failed(connection, host)

    tried = [*action.hosts_tried, *([host] if host else ())]
    elsewhere = report.result in ("retry", "host_fenced") and not action.params.get("host")
    if elsewhere and host and len(tried) < CONF.scheduler.max_attempts:
        return Outcome(event="unshelve_rescheduled", values=gone, next_step="schedule",
                       action_values={"hosts_tried": tried}, effects=give_back)
    if host is None and instance.fault and tried:       # why those failed that there were is what helps
        gone["fault"] = instance.fault
    return Outcome(event="unshelve_failed", values=gone, state="failed", message="Error", effects=give_back)


UNSHELVE = Workflow("unshelve", (
    Step("start_shelved_instance", HOST, cast, undo="the host did it or not; it may be asked again"),
    Step("schedule", CONDUCTOR, schedule, undo="choosing and claiming are one transaction with the next step"),
    Step("unshelve_instance", HOST, cast, undo=claims.release, abandon=abandon, timeout="build_timeout", moves=True),
    Step("forget_image", CONDUCTOR, forget_image, done="unshelved", undo="the guest runs already"),
), succeeded, failed)
