"""Rebuild: the host makes the server's guest anew, of another image or the same.

The order has given the server another attempt, so the guest that was there is nobody's from then on: the host takes it
away and builds one of the new attempt, exactly once.
"""
from nova_lite import states
from nova_lite.conductor.workflow import HOST, Outcome, Step, Workflow
from nova_lite.conductor.workflows import build
from nova_lite.trace import now

OLD_ATTEMPT = "the old guest was given up with the order; what there is of the new one, a repetition finds or replaces"


def succeeded(action, instance, report):
    return Outcome(event="rebuilt_stopped" if instance.vm_state == states.STOPPED else "rebuilt", values={
        **build.made(report), "launched_at": now(), "fault": None, "progress": 0})


def failed(action, instance, report):
    return Outcome(event="rebuild_failed", state="failed", message="Error", values={
        "fault": report.fault, "power_state": report.values.get("power_state", states.NOSTATE)})


REBUILD = Workflow("rebuild", (
    Step("rebuild_instance", HOST, build.cast, done="rebuilt", undo=OLD_ATTEMPT, timeout="build_timeout"),
), succeeded, failed)
