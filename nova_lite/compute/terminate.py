"""The host's part of a delete.  It only goes on: every part may be repeated until all of it is gone."""
import logging

from nova_lite import failpoints
from nova_lite.compute.host import Host
from nova_lite.models import Instance, Order, Report
from nova_lite.trace import Trace

LOG = logging.getLogger(__name__)


def terminate_instance(host: Host, context, order: Order, instance: Instance, trace: Trace,
                       ports: bool) -> Report:
    """``ports``: it may have some, of which perhaps no row knows: an attachment may have left one."""
    with trace.hop("driver.destroy", function="ComputeDriver.destroy"):
        host.driver.destroy(instance.uuid, instance.network_info)
        if mark := host.driver.old_disks().get(instance.uuid):
            host.driver.drop_old_disks(instance.uuid, mark.migration_uuid)
    failpoints.hit("compute", order.step, "destroyed")
    if ports:
        with trace.hop("network.deallocate", function="NetworkClient.deallocate"):
            host.networks.deallocate(context, instance.uuid)
    host.tracker.release(instance.uuid)
    host.attachments.forget(instance.uuid)
    host.orders.bury(instance.uuid)
    return Report(order, host.name)


def disown(host: Host, context, uuid: str, attempt: int, deallocate: bool) -> None:
    """Destroy the guest of a server that is not this host's, unless a newer placement is at work on it.

    What was set aside of it when it moved on goes, too, unless it moved on later than that.
    """
    gone = take_away(host, uuid, attempt)
    with host.orders.instance(uuid):
        mark = host.driver.old_disks().get(uuid)
        if mark is not None and mark.attempt <= attempt:
            host.driver.drop_old_disks(uuid, mark.migration_uuid)
        if gone and deallocate:
            host.networks.deallocate(context, uuid, host.name)


def take_away(host: Host, uuid: str, attempt: int) -> bool:
    """The guest of a server up to this attempt, and all else of it but old disks; False: there is a newer guest."""
    with host.orders.instance(uuid):
        guest = host.driver.guest(uuid)
        if guest is not None and guest.attempt > attempt:
            return False
        LOG.warning("server %s is not this host's: its guest goes", uuid)
        host.driver.destroy(uuid)
        host.tracker.release(uuid)
        host.attachments.forget(uuid)
        return True
