"""The host's part of pause, unpause, suspend and resume."""
from nova_lite.compute.host import Host
from nova_lite.compute.power import report_power
from nova_lite.models import Instance, Order, Report
from nova_lite.trace import Trace


def pause_instance(host: Host, context, order: Order, instance: Instance, trace: Trace) -> Report:
    with trace.hop("driver.pause", function="virt.driver:ComputeDriver.pause"):
        host.driver.pause(instance)
    return report_power(host, order, instance)


def unpause_instance(host: Host, context, order: Order, instance: Instance, trace: Trace) -> Report:
    with trace.hop("driver.unpause", function="virt.driver:ComputeDriver.unpause"):
        host.driver.unpause(instance)
    return report_power(host, order, instance)


def suspend_instance(host: Host, context, order: Order, instance: Instance, trace: Trace) -> Report:
    with trace.hop("driver.suspend", function="virt.driver:ComputeDriver.suspend"):
        host.driver.suspend(instance)
    return report_power(host, order, instance)


def resume_instance(host: Host, context, order: Order, instance: Instance, trace: Trace) -> Report:
    with trace.hop("driver.resume", function="virt.driver:ComputeDriver.resume"):
        host.driver.resume(instance, instance.network_info)
    return report_power(host, order, instance)
