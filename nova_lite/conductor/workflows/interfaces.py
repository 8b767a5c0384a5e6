"""Attach and detach of an interface.  No state of the server changes; its row's interfaces do, by a difference, since
several such orders may be open at once."""
from nova_lite import exceptions, failpoints
from nova_lite.conductor.workflow import CONDUCTOR, HOST, Outcome, Step, Workflow
from nova_lite.db import instances
from nova_lite.models import Vif


def cast(engine, context, action, instance, trace):
    engine.compute.step(context, action.order(), instance, trace.finished(), **action.params)


def _check_host(instance, report) -> None:
    """Raises StaleOrder: what a host did to a server that is another's by now is not true any more."""
    if instance.deleted or instance.host != report.host:
        raise exceptions.StaleOrder(action_id=report.order.action_id, step=report.order.step,
                                    attempt=report.order.attempt)


def give_up(engine, context, instance, action):
    """The host did not answer: the port goes, and if it has made the device, it will find that nobody wants it."""
    engine.network.release_attached(context, instance.uuid, action.id)


def attached(action, instance, report):
    _check_host(instance, report)
    vif = Vif.from_dict(report.values["vif"])

    def effects(connection):
        instances.change_network_info(connection, instance.uuid, lambda vifs: (
            *(other for other in vifs if other.id != vif.id), vif))
    return Outcome(effects=effects, action_values={"params": {**action.params, "attached": vif.id}})


def attach_failed(action, instance, report):
    def effects(connection):
        instances.update(connection, instance.uuid, fault=report.fault)
    return Outcome(state="failed", message="Error", effects=effects, action_values={
        "params": {**action.params, "error": {key: report.fault[key] for key in ("code", "message")}}})


def release(engine, context, action, instance, trace):
    """Of a host that is down: it takes the device away when it comes back and finds that it is not the server's."""
    with trace.hop("network.release", function="network.client:NetworkClient.release"):
        engine.network.release(context, instance.uuid, action.params["port_id"])
    failpoints.hit("conductor", "release_interface", "released")
    engine.step_done(context, action.order(), trace)


def detached(action, instance, report):
    def effects(connection):
        instances.change_network_info(connection, instance.uuid, lambda vifs: (
            vif for vif in vifs if vif.id != action.params["port_id"]))
    return Outcome(effects=effects)


def detach_failed(action, instance, report):
    if report.result in ("host_down", "host_fenced"):
        return Outcome(next_step="release_interface")

    def effects(connection):
        instances.update(connection, instance.uuid, fault=report.fault)
    return Outcome(state="failed", message="Error", effects=effects)


ATTACH_INTERFACE = Workflow("attach_interface", (
    Step("attach_interface", HOST, cast, undo="the host takes back what it did; else give_up does", abandon=give_up,
         timeout="interface_timeout"),
), attached, attach_failed)
DETACH_INTERFACE = Workflow("detach_interface", (
    Step("detach_interface", HOST, cast, undo="a detach only goes on", insists=True),
    Step("release_interface", CONDUCTOR, release, undo="a detach only goes on"),
), detached, detach_failed)
