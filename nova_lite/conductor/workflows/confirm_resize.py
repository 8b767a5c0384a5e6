"""Confirm a resize: the first host forgets the old disks.

A host that is down is not waited for: it looks for old disks that nobody needs before it serves again.
"""
from nova_lite import states
from nova_lite.conductor.workflow import HOST, Outcome, Step, Workflow
from nova_lite.conductor.workflows.resize import cast, closed, move_of, noted
from nova_lite.models import migration as words


def succeeded(action, instance, report):
    # As Nova: what the guest is now counts, not what the server was before the resize.
    off = instance.power_state in (states.SHUTDOWN, states.CRASHED)
    return Outcome("resize_confirmed_off" if off else "resize_confirmed", {"fault": None},
                   effects=closed(move_of(action), words.CONFIRMED, "new"))


def failed(action, instance, report):
    if report.result in ("host_down", "host_fenced"):
        return succeeded(action, instance, report)
    return Outcome("confirm_failed", {"fault": report.fault}, state="failed", message="Error",
                   effects=noted(move_of(action), words.FINISHED))


CONFIRM_RESIZE = Workflow("confirmResize", (
    Step("confirm_resize", HOST, cast, done="resize_confirmed", undo="a confirmation only goes on", insists=True),
), succeeded, failed)
