"""The host's part of rescue and unrescue."""
from nova_lite.compute.host import Host
from nova_lite.compute.power import report_power
from nova_lite.models import Instance, Order, Report
from nova_lite.trace import Trace
from nova_lite.virt.driver import RescueRequest


def rescue_instance(host: Host, context, order: Order, instance: Instance, trace: Trace, *, image_id, device, bus,
                    admin_password) -> Report:
    with trace.hop("driver.rescue", function="virt.driver:ComputeDriver.rescue", details=image_id):
        host.driver.rescue(instance, instance.network_info, RescueRequest(
            context, image_id, device, bus, admin_password, check=lambda: host.check(instance.uuid)))
    return report_power(host, order, instance)


def unrescue_instance(host: Host, context, order: Order, instance: Instance, trace: Trace) -> Report:
    with trace.hop("driver.unrescue", function="virt.driver:ComputeDriver.unrescue"):
        host.driver.unrescue(instance, instance.network_info)
    return report_power(host, order, instance)
