"""Delete: the host takes the guest away, then the row, claims and quota go in one transaction.

Images that were being made of the server go with it.

A host that is down is not waited for: it destroys what it no longer owns before it serves again.
"""
import logging

from nova_lite import exceptions, failpoints, states
from nova_lite.conductor.workflow import CONDUCTOR, HOST, Outcome, Step, Workflow
from nova_lite.trace import now

LOG = logging.getLogger(__name__)


def cast(engine, context, action, instance, trace):
    kwargs = {} if action.params.get("ports", True) else {"ports": False}
    engine.compute.step(context, action.order(), instance, trace.finished(), **kwargs)


def finish(engine, context, action, instance, trace):
    """Without a host (none was chosen, or it is down): the network's part is done from here; and the images' always."""
    with trace.hop("network.deallocate", function="NetworkClient.deallocate"):
        engine.network.deallocate(context, instance.uuid)
    failpoints.hit("conductor", "finish", "deallocated")
    # A host that is only silent finds this in its queue and destroys the guest; the others may have disks of a move.
    for host in dict.fromkeys(filter(None, (instance.host, *action.params.get("other_hosts", ())))):
        engine.compute.disown(context, host, instance.uuid, instance.attempt, deallocate=False)
    delete_images(engine, context, action)
    engine.step_done(context, action.order(), trace)


def delete_images(engine, context, action):
    """Those that were being made when the delete was ordered."""
    for image_id in action.params.get("images", ()):
        try:
            engine.images.delete(context, image_id)
        except exceptions.Forbidden as error:           # somebody has protected it: the server goes all the same
            LOG.warning("image %s is left of a server that is deleted: %s", image_id, error)


def values_when_gone() -> dict:
    at = now()
    return {"deleted": True, "deleted_at": at, "terminated_at": at, "power_state": 0, "network_info": (),
            "user_data": None}              # it may hold passwords, and there is no guest to be told any more


def succeeded(action, instance, report):
    if action.step == "terminate_instance" and (action.params.get("images") or action.params.get("other_hosts")):
        return Outcome(next_step="finish")
    return Outcome(event="deleted", values=values_when_gone(), gone=instance)


def failed(action, instance, report):
    if report.result in ("host_down", "host_fenced"):
        return Outcome(next_step="finish")
    event = "reclaim_failed" if instance.vm_state == states.SOFT_DELETED else "delete_failed"
    return Outcome(event=event, values={"fault": report.fault}, state="failed", message="Error")


DELETE = Workflow("delete", (
    # Until the host has done it or counts as down: one that is only slow, or just died, makes no delete fail.
    Step("terminate_instance", HOST, cast, done="deleted", undo="a delete only goes on", insists=True),
    Step("finish", CONDUCTOR, finish, done="deleted", undo="a delete only goes on"),
), succeeded, failed)
