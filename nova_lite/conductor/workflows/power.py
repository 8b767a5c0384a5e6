"""Start, stop, reboot."""
from nova_lite import states
from nova_lite.conductor.workflows.one_step import failed, workflow


def _reboot_failed(action, instance, report):
    # As Nova: a server that runs although its reboot failed keeps its state.
    running = report.values.get("power_state") == states.RUNNING
    return failed("reboot_refused" if running and instance.vm_state == states.ACTIVE else "reboot_failed")(
        action, instance, report)


START = workflow("start", "started", "start_failed")
STOP = workflow("stop", "stopped", "stop_failed")
REBOOT = workflow("reboot", "rebooted", _reboot_failed)
