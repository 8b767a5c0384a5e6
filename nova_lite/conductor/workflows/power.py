"""Start, stop, reboot: one step on the server's host, nothing to take back."""
from nova_lite import states
from nova_lite.conductor.workflow import HOST, Outcome, Step, Workflow


def _cast(engine, context, action, instance, trace):
    engine.compute.step(context, action.order(), instance, trace.finished(), **action.params)


def _succeeded(done: str):
    def outcome(action, instance, report):
        return Outcome(event=done, values={"power_state": report.values["power_state"]})
    return outcome


def _failed(failed: str):
    def outcome(action, instance, report):
        values = {"fault": report.fault}
        if "power_state" in report.values:
            values["power_state"] = report.values["power_state"]
        return Outcome(event=failed, values=values, state="failed", message="Error")
    return outcome


def _reboot_failed(action, instance, report):
    # As Nova: a server that runs although its reboot failed keeps its state.
    running = report.values.get("power_state") == states.RUNNING
    return _failed("reboot_refused" if running and instance.vm_state == states.ACTIVE else "reboot_failed")(
        action, instance, report)


NOTHING = "the host did it or not; its power state is reported either way"
START = Workflow("start", (Step("start_instance", HOST, _cast, done="started", undo=NOTHING),),
                 _succeeded("started"), _failed("start_failed"), needs_rows=False)
STOP = Workflow("stop", (Step("stop_instance", HOST, _cast, done="stopped", undo=NOTHING),),
                _succeeded("stopped"), _failed("stop_failed"), needs_rows=False)
REBOOT = Workflow("reboot", (Step("reboot_instance", HOST, _cast, done="rebooted", undo=NOTHING),),
                  _succeeded("rebooted"), _reboot_failed, needs_rows=False)
