"""The host's part of a delete.  It only goes on: every part may be repeated until all of it is gone."""
import logging

from nova_lite import failpoints
from nova_lite.compute.host import Host
from nova_lite.models import Instance, Order, Report
from nova_lite.trace import Trace

LOG = logging.getLogger(__name__)


def terminate_instance(host: Host, context, order: Order, instance: Instance, trace: Trace) -> Report:
    with trace.hop("driver.destroy", function="ComputeDriver.destroy"):
        host.driver.destroy(instance.uuid, instance.network_info)
    failpoints.hit("compute", order.step, "destroyed")
    with trace.hop("network.deallocate", function="NetworkClient.deallocate"):
        host.networks.deallocate(context, instance.uuid)        # an attachment may have left one that no row knows
    host.tracker.release(instance.uuid)
    host.attachments.forget(instance.uuid)
    host.orders.bury(instance.uuid)
    return Report(order, host.name)


def disown(host: Host, context, uuid: str, attempt: int, deallocate: bool) -> None:
    """Destroy the guest of a server that is not this host's, unless a newer placement is at work on it."""
    with host.orders.instance(uuid):
        guest = host.driver.guest(uuid)
        if guest is not None and guest.attempt > attempt:
            return
        LOG.warning("server %s is not this host's: its guest goes", uuid)
        host.driver.destroy(uuid)
        host.tracker.release(uuid)
        host.attachments.forget(uuid)
        if deallocate:
            host.networks.deallocate(context, uuid, host.name)
