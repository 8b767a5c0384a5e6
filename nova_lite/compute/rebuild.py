"""The host's part of a rebuild: the old guest goes, a new one comes, on the ports that the server has now."""
from nova_lite import states
from nova_lite.compute import build
from nova_lite.compute.host import Host
from nova_lite.models import Instance, Order, Report
from nova_lite.trace import Trace


def rebuild_instance(host: Host, context, order: Order, instance: Instance, trace: Trace, admin_password,
                     injected_files) -> Report:
    """A server that was stopped has its new guest, and stays so."""
    with build.telling(host, context, order) as tell:
        tell("rebuild_begun")
        with trace.hop("network.adopt", function="network.client:NetworkClient.adopt"):
            instance = host.driver.placed(instance.replace(network_info=host.networks.adopt(context, instance)))
        guest = build.spawn(host, context, instance, trace, admin_password, injected_files,
                            tell=lambda event: tell(f"rebuild_{event}"),
                            power_on=instance.vm_state != states.STOPPED)
    return Report(order, host.name, values=build.made(instance, guest))
