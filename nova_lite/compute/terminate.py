"""The host's part of a delete.  It only goes on: every part may be repeated until all of it is gone."""
from nova_lite.compute.host import Host
from nova_lite.models import Instance, Order, Report
from nova_lite.trace import Trace


def terminate_instance(host: Host, context, order: Order, instance: Instance, trace: Trace) -> Report:
    with trace.hop("driver.destroy", function="ComputeDriver.destroy"):
        host.driver.destroy(instance.uuid, instance.network_info)
    if instance.requested_networks:
        with trace.hop("network.deallocate", function="NetworkClient.deallocate"):
            host.networks.deallocate(context, instance.uuid)
    host.tracker.release(instance.uuid)
    return Report(order, host.name)
