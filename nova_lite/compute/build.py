"""The host's part of a build: claim check, network, disks, guest; all of it taken back when one fails."""
import base64
import contextlib
import logging
import threading
from collections.abc import Callable

from nova_lite import exceptions, failpoints
from nova_lite.compute.host import Host
from nova_lite.conf import CONF
from nova_lite.models import Guest, Instance, Order, Report
from nova_lite.trace import Trace
from nova_lite.virt.driver import SpawnRequest

LOG = logging.getLogger(__name__)


def build_and_run_instance(host: Host, context, order: Order, instance: Instance, trace: Trace, admin_password,
                           injected_files) -> Report:
    """Build it, or say why not: result ``retry`` when another host may succeed, ``error`` when not.

    Raises UndoFailed when something of a failed build may be left here: then nobody else may build it yet.
    """
    with contextlib.ExitStack() as undo, telling(host, context, order) as tell:
        with trace.hop("claim_check", function="compute.tracker:Tracker.claim"):
            host.tracker.claim(instance)
        undo.callback(host.tracker.release, instance.uuid)
        # Undone also when the process of allocating fails half-way; deallocating nothing is fine.
        undo.callback(surely, host.networks.deallocate, context, instance.uuid, host.name)
        with trace.hop("network.allocate", function="network.client:NetworkClient.allocate"):
            network_info = host.networks.allocate(context, instance) if instance.requested_networks else ()
        failpoints.hit("compute", order.step, "networked")
        host.check(instance.uuid)
        tell("networked")
        instance = host.driver.placed(instance.replace(network_info=network_info))
        undo.callback(surely, host.driver.destroy, instance.uuid, network_info)
        guest = spawn(host, context, instance, trace, admin_password, injected_files, tell)
        undo.pop_all()
    return Report(order, host.name, values={**made(instance, guest), "config_drive": instance.config_drive})


def made(instance: Instance, guest: Guest) -> dict:
    """What a report tells of a guest that was made."""
    return {"power_state": guest.power_state, "network_info": [vif.to_dict() for vif in instance.network_info],
            "block_devices": [device.to_dict() for device in instance.block_devices]}


def spawn(host: Host, context, instance: Instance, trace: Trace, admin_password, injected_files,
          tell: Callable[[str], None], power_on: bool = True) -> Guest:
    """Have the driver make the guest of ``instance``, on its ``network_info``; see SpawnRequest for the rest."""
    host.driver.spawn(instance, SpawnRequest(
        context=context, network_info=instance.network_info, admin_password=admin_password, progress=tell,
        check=lambda: host.check(instance.uuid), power_on=power_on,
        files={path: base64.b64decode(content) for path, content in injected_files.items()}), trace)
    host.check(instance.uuid)
    guest = host.driver.guest(instance.uuid)
    if guest is None:
        raise exceptions.Rescheduled(instance_uuid=instance.uuid, reason="the guest is gone right after its start")
    return guest


def surely(take_back, *args) -> None:
    """Raises UndoFailed when it does not succeed."""
    try:
        take_back(*args)
    except Exception as error:
        raise exceptions.UndoFailed(reason=str(error)) from error


def result_of(error: Exception) -> str:
    """Whether another host may do better.  BuildAbort and the network's answers would be the same there."""
    final = (exceptions.BuildAbort, exceptions.NoMoreFixedIps, exceptions.PortInUse, exceptions.PortNotFound,
             exceptions.FixedIpAlreadyInUse, exceptions.NetworkNotFound, exceptions.ImageNotFound)
    return "error" if isinstance(error, final) else "retry"


@contextlib.contextmanager
def telling(host: Host, context, order: Order):
    """Gives a function that tells of task_state changes, but only of a step that takes longer than [compute]
    progress_after: a fast one costs no message but its report."""
    reached, lock = [], threading.Lock()

    def send():
        with lock:
            for event in reached:
                host.conductor.progress(context, order, event)
            reached.clear()

    timer = threading.Timer(CONF.compute.progress_after, send)
    timer.daemon = True
    timer.start()

    def tell(event):
        host.check(order.instance_uuid)
        with lock:
            reached.append(event)
        if timer.finished.is_set():
            send()

    try:
        yield tell
    finally:
        timer.cancel()
