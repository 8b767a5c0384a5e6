"""The host's part of resize and cold migrate: what the host that is left does, and what the one that is reached does.

Every part may be repeated.  Nothing runs on the new host before the old one has reported that its guest is off.
"""
import contextlib
import logging

from nova_lite import exceptions, failpoints, states
from nova_lite.compute.host import Host
from nova_lite.compute.power import report_power
from nova_lite.conf import CONF
from nova_lite.models import Instance, Migration, Order, Report
from nova_lite.trace import Trace
from nova_lite.virt.driver import MoveRequest

LOG = logging.getLogger(__name__)


def prep_resize(host: Host, context, order: Order, instance: Instance, trace: Trace, migration: dict) -> Report:
    """On the new host: whether it will take the server.  Raises ResizeError for what no host could do."""
    move = Migration.from_dict(migration)
    old, new = move.old_flavor, move.new_flavor
    if new.root_gb < old.root_gb or new.ephemeral_gb < old.ephemeral_gb:
        raise exceptions.ResizeError(reason="Unable to resize disk down.")
    with trace.hop("claim_check", function="compute.tracker:Tracker.claim"):
        try:
            host.tracker.claim(instance.replace(flavor=new))
        except exceptions.ComputeResourcesUnavailable:
            if move.same_host:
                host.tracker.claim(instance)
            raise
    return Report(order, host.name)


def result_of(error: Exception) -> str:
    """Whether another host may take it."""
    return "error" if isinstance(error, exceptions.ResizeError) else "retry"


def resize_instance(host: Host, context, order: Order, instance: Instance, trace: Trace, migration: dict) -> Report:
    """On the old host: switch the guest off and set its disks aside."""
    move = Migration.from_dict(migration)
    with trace.hop("driver.migrate_disk_and_power_off",
                   function="virt.driver:ComputeDriver.migrate_disk_and_power_off"):
        disks = host.driver.migrate_disk_and_power_off(instance, move.uuid, CONF.compute.shutdown_timeout)
    return Report(order, host.name, values={"power_state": states.SHUTDOWN, "disks": disks})


def finish_resize(host: Host, context, order: Order, instance: Instance, trace: Trace, migration: dict,
                  disks: dict) -> Report:
    """On the new host: fetch the disks, make the guest, start it if it ran.

    Raises UndoFailed when something of a guest may be left here: then nobody else may start it yet.
    """
    move = Migration.from_dict(migration)
    host.conductor.progress(context, order, "resize_finishing")
    with contextlib.ExitStack() as undo:
        undo.callback(_surely_gone, host, instance, move)
        with trace.hop("network.move_ports", function="network.client:NetworkClient.move_ports"):
            host.networks.move_ports(context, instance.uuid, host.name)
        failpoints.hit("compute", order.step, "bound")
        host.check(instance.uuid)
        with trace.hop("driver.finish_migration", function="virt.driver:ComputeDriver.finish_migration"):
            host.driver.finish_migration(instance, MoveRequest(
                context=context, network_info=instance.network_info, disks=None if move.same_host else disks,
                power_on=instance.vm_state == states.ACTIVE, check=lambda: host.check(instance.uuid)))
        host.check(instance.uuid)
        undo.pop_all()
    return report_power(host, order, instance)


def _surely_gone(host: Host, instance: Instance, move: Migration) -> None:
    try:
        host.driver.destroy(instance.uuid, instance.network_info)
    except Exception as error:
        raise exceptions.UndoFailed(reason=str(error)) from error
    if not move.same_host:
        host.tracker.release(instance.uuid)


def confirm_resize(host: Host, context, order: Order, instance: Instance, trace: Trace, migration: dict) -> Report:
    """On the old host: the disks that were set aside are not needed any more."""
    move = Migration.from_dict(migration)
    with trace.hop("driver.drop_old_disks", function="virt.driver:ComputeDriver.drop_old_disks"):
        host.driver.drop_old_disks(instance.uuid, move.uuid)
    if not move.same_host:
        host.tracker.release(instance.uuid)
    return Report(order, host.name)


def revert_resize(host: Host, context, order: Order, instance: Instance, trace: Trace, migration: dict) -> Report:
    """On the new host: take the guest away; what the old one has set aside stays, also when that is this one."""
    with trace.hop("driver.destroy", function="virt.driver:ComputeDriver.destroy"):
        host.driver.destroy(instance.uuid, instance.network_info)
    failpoints.hit("compute", order.step, "destroyed")
    if not Migration.from_dict(migration).same_host:
        host.tracker.release(instance.uuid)
    return Report(order, host.name)


def finish_revert_resize(host: Host, context, order: Order, instance: Instance, trace: Trace,
                         migration: dict) -> Report:
    """On the old host: put the disks back, start the guest if it ran."""
    move = Migration.from_dict(migration)
    with trace.hop("network.move_ports", function="network.client:NetworkClient.move_ports"):
        host.networks.move_ports(context, instance.uuid, host.name)
    with trace.hop("driver.finish_revert_migration", function="virt.driver:ComputeDriver.finish_revert_migration"):
        host.driver.finish_revert_migration(instance, move.uuid, MoveRequest(
            context=context, network_info=instance.network_info, power_on=move.old_vm_state == states.ACTIVE,
            check=lambda: host.check(instance.uuid)))
    return report_power(host, order, instance)
