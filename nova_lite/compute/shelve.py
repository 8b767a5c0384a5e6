"""The host's part of shelve, shelveOffload and unshelve."""
import contextlib
import logging

from nova_lite import exceptions, failpoints, states
from nova_lite.compute import build, snapshot
from nova_lite.compute.host import Host
from nova_lite.compute.power import report_power
from nova_lite.conf import CONF
from nova_lite.models import Instance, Order, Report
from nova_lite.trace import Trace

LOG = logging.getLogger(__name__)


def shelve_instance(host: Host, context, order: Order, instance: Instance, trace: Trace, image_id: str) -> Report:
    """The guest is off, and the image holds its disk; a failure starts a guest again that ran."""
    if not snapshot.is_sent(host, context, image_id):
        with build.telling(host, context, order) as tell:
            _switch_off(host, instance, trace)
            try:
                snapshot.send(host, context, order, instance, trace, image_id, tell, "shelve_copied", "shelve_sent")
            except exceptions.ServiceUnavailable:
                raise                               # it is tried again
            except exceptions.NovaLiteError:
                _start_again(host, instance)
                raise
    return report_power(host, order, instance)


def _switch_off(host, instance, trace) -> None:
    # One whose CPUs stand still does not hear that it shall shut down.
    timeout = CONF.compute.shutdown_timeout if instance.vm_state == states.ACTIVE else 0
    with trace.hop("driver.power_off", function="virt.driver:ComputeDriver.power_off"):
        host.driver.power_off(instance, timeout)


def _start_again(host, instance) -> None:
    if instance.vm_state == states.ACTIVE:
        try:
            host.check(instance.uuid)
            host.driver.power_on(instance, instance.network_info)
        except exceptions.NovaLiteError as error:       # why it was not shelved is what is told
            LOG.warning("server %s could not be started again: %s", instance.uuid, error)


def shelve_offload_instance(host: Host, context, order: Order, instance: Instance, trace: Trace) -> Report:
    """Nothing of the guest is left here; its ports are the conductor's to take from the host."""
    with trace.hop("driver.destroy", function="virt.driver:ComputeDriver.destroy"):
        host.driver.destroy(instance.uuid, instance.network_info)
    failpoints.hit("compute", order.step, "destroyed")
    host.tracker.release(instance.uuid)
    return Report(order, host.name)


def start_shelved_instance(host: Host, context, order: Order, instance: Instance, trace: Trace,
                           image_id: str) -> Report:
    """Of a server that never left its host; result ``guest_gone`` when it has, and its image is whole.

    Raises ImageNotFound when both are gone, and whatever the driver says.
    """
    try:
        return _start_shelved(host, context, order, instance, trace)
    except exceptions.GuestNotFound as error:
        if not snapshot.is_sent(host, context, image_id):
            raise
        LOG.warning("shelved server %s is not here any more: %s", instance.uuid, error)
        shelve_offload_instance(host, context, order, instance, trace)
        return Report(order, host.name, "guest_gone")


def _start_shelved(host, context, order, instance, trace) -> Report:
    with build.telling(host, context, order) as tell:
        tell("unshelve_started")
        with trace.hop("driver.power_on", function="virt.driver:ComputeDriver.power_on"):
            host.driver.power_on(instance, instance.network_info)
    return report_power(host, order, instance)


def unshelve_instance(host: Host, context, order: Order, instance: Instance, trace: Trace, image_id: str) -> Report:
    """Build it of the image that it was shelved as, on the ports that it has now; result ``retry`` as of a build.

    Raises UndoFailed when something of a failed one may be left here: then nobody else may build it yet.
    """
    surely = build.surely
    with contextlib.ExitStack() as undo, build.telling(host, context, order) as tell:
        with trace.hop("claim_check", function="compute.tracker:Tracker.claim"):
            host.tracker.claim(instance)
        undo.callback(host.tracker.release, instance.uuid)
        undo.callback(surely, host.networks.move_ports, context, instance.uuid, "")
        with trace.hop("network.adopt", function="network.client:NetworkClient.adopt"):
            instance = host.driver.placed(instance.replace(network_info=host.networks.adopt(context, instance)))
        failpoints.hit("compute", order.step, "networked")
        host.check(instance.uuid)
        undo.callback(surely, host.driver.destroy, instance.uuid, instance.network_info)
        guest = build.spawn(host, context, instance.replace(image_ref=image_id), trace, None, {},
                            tell=lambda event: tell(f"unshelve_{event}"))
        undo.pop_all()
    return Report(order, host.name, values=build.made(instance, guest))
