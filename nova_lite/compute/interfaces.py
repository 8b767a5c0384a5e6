"""The host's part of attaching and detaching an interface, and the removal of one that nobody wants (any more)."""
import contextlib
import logging
from collections.abc import Iterable

from nova_lite import exceptions, failpoints
from nova_lite.compute.host import Host
from nova_lite.context import admin_context
from nova_lite.models import Instance, NetworkRequest, Order, Report
from nova_lite.trace import Trace

LOG = logging.getLogger(__name__)


def attach_interface(host: Host, context, order: Order, instance: Instance, trace: Trace, request) -> Report:
    """Port first, then device; neither is left when one fails.  Raises UndoFailed when something may be left."""
    with contextlib.ExitStack() as undo:
        undo.callback(_surely, host.networks.release_attached, context, instance.uuid, order.action_id)
        with trace.hop("network.attach", function="network.client:NetworkClient.attach"):
            vif = _port(host, context, order, instance, NetworkRequest.from_dict(request))
        failpoints.hit("compute", order.step, "networked")
        host.check(instance.uuid)
        undo.callback(_surely, host.driver.detach_interface, instance, vif)
        with trace.hop("driver.attach_interface", function="virt.driver:ComputeDriver.attach_interface"):
            vif = host.driver.attach_interface(instance, vif)
        host.check(instance.uuid)
        undo.pop_all()
    host.attachments.attached(instance, vif)
    return Report(order, host.name, values={"vif": vif.to_dict()})


def _port(host, context, order, instance, request):
    try:
        return host.networks.attach(context, instance, request, order.action_id)
    except exceptions.NoMoreFixedIps as error:          # of a request that waits for the answer: its own fault
        raise exceptions.Invalid(str(error)) from error


def _surely(take_back, *args) -> None:
    try:
        take_back(*args)
    except exceptions.GuestNotFound:
        pass
    except Exception as error:
        raise exceptions.UndoFailed(reason=str(error)) from error


def detach_interface(host: Host, context, order: Order, instance: Instance, trace: Trace, port_id) -> Report:
    """Device first, then port: a guest never uses an address that may be another's already."""
    vif = next((vif for vif in instance.network_info if vif.id == port_id), None)
    if vif is not None:
        with trace.hop("driver.detach_interface", function="virt.driver:ComputeDriver.detach_interface"):
            host.driver.detach_interface(instance, vif)
    failpoints.hit("compute", order.step, "detached")
    with trace.hop("network.release", function="network.client:NetworkClient.release"):
        host.networks.release(context, instance.uuid, port_id)
    host.attachments.detached(instance, port_id)
    return Report(order, host.name)


def remove_strays(host: Host, mine: Iterable[Instance], busy: Iterable[str], asked_at: float) -> None:
    """Of guests whose servers are at rest: interfaces that their rows do not have, as of an attachment that was given
    up while this host was away.

    ``busy``: servers that an open order works on, as of ``asked_at`` (monotonic) or later, as the rows are.
    """
    for instance in mine:
        if instance.task_state is not None or instance.uuid in busy or host.orders.busy(instance.uuid):
            continue
        with host.orders.instance(instance.uuid):
            if host.attachments.changed_since(instance.uuid, asked_at):
                continue
            host.attachments.learn(instance)
            try:
                _remove_strays_of(host, instance)
            except Exception:
                LOG.exception("stray interfaces of server %s could not be removed", instance.uuid)


def _remove_strays_of(host: Host, instance: Instance) -> None:
    removed = host.driver.remove_other_interfaces(instance, instance.network_info)
    if removed:
        LOG.warning("server %s had interfaces that are not its own: %s", instance.uuid, ", ".join(removed))
        host.networks.release_others(admin_context(), instance.uuid, host.name,
                                     [vif.id for vif in instance.network_info])
