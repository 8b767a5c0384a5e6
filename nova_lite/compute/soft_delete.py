"""The host's part of soft delete and restore."""
from nova_lite import states
from nova_lite.compute.host import Host
from nova_lite.compute.power import report_power
from nova_lite.conf import CONF
from nova_lite.models import Instance, Order, Report
from nova_lite.trace import Trace


def soft_delete_instance(host: Host, context, order: Order, instance: Instance, trace: Trace) -> Report:
    """Also of a server without a guest (its build or rebuild failed): that is off."""
    if host.driver.guest(instance.uuid) is not None:
        with trace.hop("driver.power_off", function="virt.driver:ComputeDriver.power_off"):
            host.driver.power_off(instance, CONF.compute.shutdown_timeout)
    return report_power(host, order, instance)


def restore_instance(host: Host, context, order: Order, instance: Instance, trace: Trace) -> Report:
    """As by a hard reboot, from its own disks, whatever it was before: paused, suspended, rescued."""
    guest = host.driver.guest(instance.uuid)
    if guest is None or guest.power_state != states.RUNNING:
        with trace.hop("driver.reboot", function="virt.driver:ComputeDriver.reboot", details="HARD"):
            host.driver.reboot(instance, instance.network_info, "HARD")
    return report_power(host, order, instance)
