"""Revert a resize: the host that the server is on takes its guest away, then the first one puts the old disks back."""
from nova_lite import states
from nova_lite.conductor.workflow import HOST, Outcome, Step, Workflow
from nova_lite.conductor.workflows.resize import (
    BIND_PORTS,
    at_source,
    cast,
    closed,
    end_badly,
    ended_badly,
    move_of,
)
from nova_lite.models import migration as words


def succeeded(action, instance, report):
    move = move_of(action)
    if action.step == "revert_resize":
        return Outcome("resize_taken_back", {**at_source(move), "power_state": states.SHUTDOWN},
                       next_step="finish_revert_resize", next_host=move.source_compute)
    if action.step == "bind_ports":
        return ended_badly(action, move, "revert_failed", words.FAILED)
    return Outcome("resize_reverted" if move.old_vm_state == states.ACTIVE else "resize_reverted_off",
                   {"power_state": report.values["power_state"], "fault": None},
                   effects=closed(move, words.REVERTED, "old"))


def failed(action, instance, report):
    move = move_of(action)
    if action.step == "bind_ports":
        return ended_badly(action, move, "revert_failed", words.FAILED)
    if action.step == "revert_resize" and report.result == "host_fenced":       # nothing runs there any more
        return succeeded(action, instance, report)
    # Else the guest may run on there, or be half gone: both ends keep what they have of it.
    return end_badly(action, move, "revert_given_up", report.fault, action.step == "revert_resize", words.FAILED)


REVERT_RESIZE = Workflow("revertResize", (
    Step("revert_resize", HOST, cast, done="resize_taken_back", undo="a revert only goes on", moves=True, insists=True),
    Step("finish_revert_resize", HOST, cast, done="resize_reverted", undo="a revert only goes on", insists=True),
    BIND_PORTS,
), succeeded, failed)
