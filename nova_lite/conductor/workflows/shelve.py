"""Shelve: the guest goes off, its disk becomes an image; offload: its host forgets it.  The ports stay the server's."""
from nova_lite import states
from nova_lite.conductor.workflow import CONDUCTOR, HOST, Outcome, Step, Workflow
from nova_lite.conductor.workflows import image
from nova_lite.db import claims


def cast(engine, context, action, instance, trace):
    engine.compute.step(context, action.order(), instance, trace.finished())


def unbind_ports(engine, context, action, instance, trace):
    """By the conductor: until its row says that the server has no host, only an order that is open may differ."""
    with trace.hop("network.move_ports", function="network.client:NetworkClient.move_ports"):
        engine.network.move_ports(context, instance.uuid, "")
    engine.step_done(context, action.order(), trace)


def succeeded(action, instance, report):
    match action.step:
        case "create_image":
            return Outcome(next_step="shelve_instance", next_host=instance.host)
        case "shelve_instance" if action.params["offload"]:
            return Outcome(event="shelved_to_go", values={"power_state": report.values["power_state"]},
                           next_step="shelve_offload_instance", next_host=instance.host)
        case "shelve_instance":
            return Outcome(event="shelved", values={"power_state": report.values["power_state"]})
        case "shelve_offload_instance":
            return Outcome(next_step="unbind_ports")
        case "unbind_ports":
            return Outcome(event="offloaded", effects=lambda connection: claims.release(connection, instance.uuid),
                           values={"host": None, "node": None, "power_state": states.NOSTATE, "fault": None,
                                   "availability_zone": instance.pinned_availability_zone})
        case _:
            return _not_shelved(action, instance)


def failed(action, instance, report):
    if action.step in ("shelve_offload_instance", "unbind_ports"):
        return Outcome(event="offload_failed", values={"fault": report.fault}, state="failed", message="Error")
    if action.step == image.UNDO:
        return image.once_more(action) or image.left(_not_shelved(action, instance), action.params["image"]["id"])
    power = {key: report.values[key] for key in ("power_state",) if key in report.values}
    return Outcome(next_step=image.UNDO, action_values={"params": {**action.params, **power, "fault": report.fault}})


def _not_shelved(action, instance):
    """Where it was, unless the guest is off by now and could not be started again."""
    values = {"fault": action.params["fault"]}
    off = action.params.get("power_state") == states.SHUTDOWN and instance.vm_state in (states.ACTIVE, states.PAUSED)
    if "power_state" in action.params:
        values["power_state"] = action.params["power_state"]
    return Outcome(event="shelve_failed_off" if off else "shelve_failed", values=values, state="failed",
                   message="Error")


OFFLOAD = (
    Step("shelve_offload_instance", HOST, cast, undo="an offload only goes on", insists=True),
    Step("unbind_ports", CONDUCTOR, unbind_ports, done="offloaded", undo="an offload only goes on"))
SHELVE = Workflow("shelve", (
    image.CREATE,
    Step("shelve_instance", HOST, image.cast, done="shelved", undo=image.discard, timeout="snapshot_timeout"),
    *OFFLOAD, image.DISCARD), succeeded, failed)
SHELVE_OFFLOAD = Workflow("shelveOffload", OFFLOAD, succeeded, failed)
