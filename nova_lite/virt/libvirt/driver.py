"""The virt driver ``libvirt``: guests of KVM or QEMU on this host.

Called by the compute service (see ComputeDriver).  Each method says in a few lines what happens; how is
in the modules beside it.
"""
import contextlib
import logging
import shutil

from nova_lite import exceptions, states
from nova_lite.conf import CONF
from nova_lite.models import ConsoleEndpoint, HostResources
from nova_lite.network.plugging import NoopNetwork
from nova_lite.virt import pci
from nova_lite.virt.driver import DiskCopy
from nova_lite.virt.libvirt import (
    agent,
    capacity,
    consoles,
    describe,
    diagnostics,
    disks,
    interfaces,
    layout,
    old_disks,
    power,
    rescue,
    snapshot,
    spawn,
)
from nova_lite.virt.libvirt.events import LifecycleWatcher
from nova_lite.virt.libvirt.ground import clear_errors, cleared
from nova_lite.virt.libvirt.guests import ForeignDomain
from nova_lite.virt.libvirt.moves import Moves

LOG = logging.getLogger(__name__)


class LibvirtDriver(Moves):
    """See ComputeDriver."""

    @clear_errors
    def init_host(self, on_lifecycle):
        for tool in ("qemu-img", "prlimit"):
            if shutil.which(tool) is None:
                raise exceptions.NovaLiteError(f"[compute] driver = libvirt: {tool} is missing")
        try:
            layout.home().mkdir(parents=True, exist_ok=True)
            layout.home().chmod(0o711)
            self._cache_mode = disks.cache_mode(layout.home())
            self._images.init()
        except OSError as exc:
            raise exceptions.NovaLiteError(f"[libvirt] instances_path, images_cache_path: {exc}") from exc
        if isinstance(self.network, NoopNetwork):
            LOG.warning("[network] plugging = noop: the bridges of the guests' networks must be there already")
        self._events = LifecycleWatcher(self._guests, on_lifecycle, self._connection.get)
        capacity.check(self._connection.get())
        self._events.start()
        for files in layout.with_root_copies():             # of a process that died meanwhile; its order comes again
            snapshot.clear(self._guests.find(files.uuid), files)
        if old_disks.all_marks():
            self._transfer.start()

    def close(self):
        if self._events is not None:
            self._events.stop()
        self._transfer.stop()
        self._serial.stop()
        self._connection.close()

    @clear_errors
    def available_resource(self) -> HostResources:
        return capacity.available_resource(self._connection.get())

    @clear_errors
    def cpu_times(self):
        return capacity.cpu_times(self._connection.get())

    @clear_errors
    def guests(self):
        return [guest.model() for guest in self._guests.all()]

    @clear_errors
    def guest(self, uuid):
        found = self._guests.find(uuid)
        return found.model() if found else None

    @clear_errors
    def leftovers(self):
        return {guest.uuid for guest in self._guests.all()} | layout.uuids() | self.network.owners()

    def strays(self):
        copies = [f"disk copy {files.root_copy}" for files in layout.with_root_copies()]
        return [*copies, *self._images.strays(), *self.network.strays()]

    @clear_errors
    def cache_image(self, context, image_id):
        self._images.base(context, image_id)

    def placed(self, instance):
        return pci.placed(instance) if describe.places_devices() else pci.unplaced(instance)

    @clear_errors
    def spawn(self, instance, request, trace):
        with self._ordered(instance.uuid, states.RUNNING if request.power_on else states.SHUTDOWN):
            guest = self._guests.find(instance.uuid)
            if guest is not None:
                if guest.attempt > instance.attempt:
                    raise exceptions.StaleOrder(f"Guest {instance.uuid} is here already with attempt {guest.attempt}, "
                                                f"newer than {instance.attempt}.")
                if guest.attempt == instance.attempt and (guest.running() or not request.power_on):
                    return
            self._remove(instance.uuid, guest)
            with contextlib.ExitStack() as undo:
                undo.callback(self._remove_after_failure, instance.uuid)
                spawn.build(self._connection.get(), instance, request, trace, images=self._images,
                            network=self.network, cache=self._cache_mode)
                undo.pop_all()

    @clear_errors
    def destroy(self, uuid, network_info=()):
        with self._ordered(uuid, None):
            try:
                guest = self._guests.find(uuid)
            except ForeignDomain:
                guest = None                # not ours to destroy; what is ours of that uuid goes
            self._remove(uuid, guest)

    @clear_errors
    def power_on(self, instance, network_info):
        with self._ordered(instance.uuid, states.RUNNING):
            guest = self._guests.find(instance.uuid)
            if guest is None:
                self._define_anew(instance, network_info)
            elif not guest.running():
                self.network.plug(instance.uuid, network_info)
                power.start(guest)

    @clear_errors
    def power_off(self, instance, timeout):
        with self._ordered(instance.uuid, states.SHUTDOWN):
            guest = self._existing(instance.uuid)
            if not power.shut_down(guest, timeout):
                power.switch_off(guest)

    @clear_errors
    def switch_off(self, uuid):
        with self._ordered(uuid, states.SHUTDOWN):
            guest = self._guests.find(uuid)
            if guest is not None:
                power.switch_off(guest)

    @clear_errors
    def reboot(self, instance, network_info, reboot_type):
        with self._ordered(instance.uuid, states.RUNNING):
            guest = self._guests.find(instance.uuid)
            if (reboot_type == "SOFT" and guest is not None
                    and power.shut_down(guest, CONF.compute.shutdown_timeout)):
                self.network.plug(instance.uuid, network_info)
                power.start(guest)
                return
            if guest is not None:
                power.switch_off(guest)
                power.forget_saved(guest)
            self._define_anew(instance, network_info)

    @clear_errors
    def pause(self, instance):
        with self._ordered(instance.uuid, states.POWER_PAUSED):
            power.pause(self._running(instance.uuid))

    @clear_errors
    def unpause(self, instance):
        with self._ordered(instance.uuid, states.RUNNING):
            power.unpause(self._running(instance.uuid))

    @clear_errors
    def suspend(self, instance):
        with self._ordered(instance.uuid, states.SHUTDOWN):
            power.save(self._existing(instance.uuid))

    @clear_errors
    def resume(self, instance, network_info):
        with self._ordered(instance.uuid, states.RUNNING):
            guest = self._existing(instance.uuid)
            if not guest.running():
                self.network.plug(instance.uuid, network_info)
                power.start(guest)
            power.unpause(guest)

    @clear_errors
    def rescue(self, instance, network_info, request):
        with self._ordered(instance.uuid, states.RUNNING):
            files, guest = layout.GuestFiles(instance.uuid), self._guests.find(instance.uuid)
            if rescue.is_running(guest, files):
                return
            self._check_disk(files)
            if guest is not None:
                power.switch_off(guest)
                power.forget_saved(guest)
            with contextlib.ExitStack() as undo:
                undo.callback(self._forget_rescue, instance, network_info)
                guest = rescue.define(self._connection.get(), instance, network_info, request, images=self._images,
                                      cache=self._cache_mode)
                self.network.plug(instance.uuid, network_info)
                request.check()
                power.start(guest)
                undo.pop_all()

    @clear_errors
    def unrescue(self, instance, network_info):
        with self._ordered(instance.uuid, states.RUNNING):
            files, guest = layout.GuestFiles(instance.uuid), self._guests.find(instance.uuid)
            if guest is not None and guest.running() and not files.rescue.exists():
                return
            self._check_disk(files)
            if guest is not None:
                power.switch_off(guest)
            self._define_anew(instance, network_info)

    def _forget_rescue(self, instance, network_info) -> None:
        """After a failure, which is the one to tell: off, and as it was before."""
        try:
            guest = spawn.define(self._connection.get(), instance, network_info, self._cache_mode)
            power.switch_off(guest)
            rescue.forget(layout.GuestFiles(instance.uuid))
        except Exception:
            LOG.exception("what was made to rescue guest %s could not be removed", instance.uuid)

    @contextlib.contextmanager
    def snapshot(self, instance, check):
        files = layout.GuestFiles(instance.uuid)
        with cleared():
            path = snapshot.copy(self._existing(instance.uuid), files, check)
        try:
            yield DiskCopy(path, "qcow2")
        finally:
            path.unlink(missing_ok=True)

    @clear_errors
    def attach_interface(self, instance, vif):
        guest = self._existing(instance.uuid)
        self.network.plug(instance.uuid, (vif,))
        vif = vif.replace(pci_address=interfaces.place(guest, vif.mac) if describe.places_devices() else None)
        interfaces.attach(guest, describe.interface(vif))
        return vif

    @clear_errors
    def detach_interface(self, instance, vif):
        gone = interfaces.detach(self._existing(instance.uuid), vif.mac)
        self.network.unplug_port(instance.uuid, vif, held=not gone)

    @clear_errors
    def remove_other_interfaces(self, instance, vifs):
        guest, keep = self._existing(instance.uuid), {vif.mac for vif in vifs}
        others = sorted(interfaces.macs(guest) - keep)
        held = {mac for mac in others if not interfaces.detach(guest, mac)}
        for vif in self.network.plugged(instance.uuid):
            if vif.mac not in keep:
                self.network.unplug_port(instance.uuid, vif, held=vif.mac in held)
        return others

    def get_diagnostics(self, instance):
        return diagnostics.of(self._existing(instance.uuid), CONF.libvirt.virt_type)

    @clear_errors
    def set_admin_password(self, instance, password):
        agent.set_password(self._running(instance.uuid), instance, password)

    @clear_errors
    def trigger_crash_dump(self, instance):
        agent.inject_nmi(self._running(instance.uuid))

    @clear_errors
    def get_console(self, instance, protocol):
        guest = self._existing(instance.uuid)
        if not guest.running():
            raise exceptions.InstanceNotReady(instance_id=instance.uuid)
        if protocol == "vnc":
            return consoles.screen(guest)
        address, device = str(CONF.serial_console.proxyclient_address), consoles.serial_device(guest)
        return ConsoleEndpoint(address, self._serial.port(instance.uuid, device, address, CONF.consoleauth.token_ttl))

    def get_console_output(self, instance):
        return consoles.read(layout.GuestFiles(instance.uuid), CONF.libvirt.console_log_max_bytes)
