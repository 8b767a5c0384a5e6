"""The host's part of what is asked of a guest itself: another password, a crash dump."""
from nova_lite.compute.host import Host
from nova_lite.compute.power import report_power
from nova_lite.models import Instance, Order, Report
from nova_lite.trace import Trace


def set_admin_password(host: Host, context, order: Order, instance: Instance, trace: Trace, new_pass) -> Report:
    with trace.hop("driver.set_admin_password", function="virt.driver:ComputeDriver.set_admin_password"):
        host.driver.set_admin_password(instance, new_pass)
    return report_power(host, order, instance)


def trigger_crash_dump(host: Host, context, order: Order, instance: Instance, trace: Trace) -> Report:
    with trace.hop("driver.trigger_crash_dump", function="virt.driver:ComputeDriver.trigger_crash_dump"):
        host.driver.trigger_crash_dump(instance)
    return report_power(host, order, instance)
