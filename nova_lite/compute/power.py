"""The host's part of start, stop and reboot."""
from nova_lite.compute.host import Host
from nova_lite.conf import CONF
from nova_lite.models import Instance, Order, Report
from nova_lite.trace import Trace


def report_power(host: Host, order: Order, instance: Instance) -> Report:
    guest = host.driver.guest(instance.uuid)
    return Report(order, host.name, values={"power_state": guest.power_state if guest else 0})


def start_instance(host: Host, context, order: Order, instance: Instance, trace: Trace) -> Report:
    with trace.hop("driver.power_on", function="virt.driver:ComputeDriver.power_on"):
        host.driver.power_on(instance, instance.network_info)
    return report_power(host, order, instance)


def stop_instance(host: Host, context, order: Order, instance: Instance, trace: Trace,
                  clean_shutdown: bool = True) -> Report:
    with trace.hop("driver.power_off", function="virt.driver:ComputeDriver.power_off"):
        host.driver.power_off(instance, CONF.compute.shutdown_timeout if clean_shutdown else 0)
    return report_power(host, order, instance)


def reboot_instance(host: Host, context, order: Order, instance: Instance, trace: Trace,
                    reboot_type: str = "SOFT") -> Report:
    event = "reboot_started" if reboot_type == "SOFT" else "reboot_started_hard"
    host.conductor.progress(context, order, event)
    with trace.hop("driver.reboot", function="virt.driver:ComputeDriver.reboot", details=reboot_type):
        host.driver.reboot(instance, instance.network_info, reboot_type)
    return report_power(host, order, instance)
