"""A driver without a hypervisor: guests are lines of one journal per host (``fake_journal``).

It behaves as the real one does (same errors, same idempotence), with delays, failures and capacity from
the [fake] section.
"""
import contextlib
import pathlib
import random
import time

from nova_lite import exceptions, states
from nova_lite.conf import CONF
from nova_lite.models import ConsoleEndpoint, Diagnostics, Guest, HostResources, OldDisks
from nova_lite.models.diagnostics import CpuUsage, DiskUsage, NicUsage
from nova_lite.virt import pci
from nova_lite.virt.driver import DiskCopy, LifecycleEvent
from nova_lite.virt.fake_journal import IN_MEMORY, FakeJournal
from nova_lite.virt.fake_screen import FakeScreen

OLD = "_resize"                 # ends the journal's key of what a guest has left behind


class FakeDriver(FakeJournal):
    """One host of [fake] vcpus, memory_mb and local_gb."""

    def __init__(self, host, images, network):
        super().__init__(host, images, network)
        self.cached: set[str] = set()           # images that were asked for before they were needed
        self._on_lifecycle = lambda event: None
        self._screen: FakeScreen | None = None

    def init_host(self, on_lifecycle):
        self._on_lifecycle = on_lifecycle
        try:
            self._open()
            for copy in self._file.parent.glob(f"{self.host}.*.snapshot"):
                copy.unlink()
            self._tell_of_ends()
        except OSError as exc:
            raise exceptions.NovaLiteError(f"the fake guests' file {self._file} cannot be used: {exc}") from exc

    def close(self):
        if self._journal is not None:
            self._journal.close()
        if self._screen is not None:
            self._screen.close()

    def available_resource(self):
        return HostResources(vcpus=CONF.fake.vcpus, memory_mb=CONF.fake.memory_mb, local_gb=CONF.fake.local_gb,
                             hypervisor_hostname=self.host, hypervisor_type="fake", hypervisor_version=1,
                             cpu_info={"arch": "x86_64", "model": "fake", "vendor": "fake", "features": [],
                                       "topology": {"cores": 1, "threads": 1, "sockets": 1}},
                             supported_instances=(("x86_64", "fake", "hvm"),))

    def cpu_times(self):
        spent = int(time.monotonic() * 10**9)
        return {"kernel": spent // 10, "idle": spent * 7 // 10, "user": spent // 5, "iowait": 0}, 2000

    def guests(self):
        with self._lock:
            return [Guest(uuid, g["attempt"], g["power_state"]) for uuid, g in self._guests.items()
                    if not uuid.endswith(OLD)]

    def guest(self, uuid):
        with self._lock:
            found = self._guests.get(uuid)
            return Guest(uuid, found["attempt"], found["power_state"]) if found else None

    def leftovers(self):
        with self._lock:
            return {uuid for uuid in self._guests if not uuid.endswith(OLD)}

    def cache_image(self, context, image_id):
        self.cached.add(self.images.get(context, image_id).id)

    def placed(self, instance):
        return pci.placed(instance)

    def spawn(self, instance, request, trace):
        with self._lock:
            existing = self._guests.get(instance.uuid)
        if existing and existing["attempt"] == instance.attempt and (
                existing["power_state"] == states.RUNNING or not request.power_on):
            return
        if existing and existing["attempt"] > instance.attempt:
            raise exceptions.StaleOrder(f"Guest {instance.uuid} is here already with attempt {existing['attempt']}, "
                                        f"newer than {instance.attempt}.")
        if existing:
            self.destroy(instance.uuid)
        request.progress("mapped")
        with trace.hop("driver.spawn", function="virt.fake:FakeDriver.spawn"), contextlib.ExitStack() as undo:
            undo.callback(self.destroy, instance.uuid)
            with self._lock:      # there, but off: what a real driver has after defining
                self._set(instance.uuid, attempt=instance.attempt, power_state=states.SHUTDOWN,
                          name=instance.display_name, macs=[vif.mac for vif in request.network_info])
            self._work("spawn", CONF.fake.spawn_delay)
            if random.random() < CONF.fake.spawn_failure_rate:
                raise exceptions.NovaLiteError("The fake driver was told to fail some spawns.")
            self.network.plug(instance.uuid, request.network_info)
            request.check()
            if request.power_on:
                self._power(instance.uuid, states.RUNNING)
            undo.pop_all()

    def destroy(self, uuid, network_info=()):
        self._work("destroy", CONF.fake.destroy_delay)
        self.network.unplug(uuid)
        with self._lock:
            gone = self._forget(uuid)
            if gone is not None and gone["power_state"] in IN_MEMORY:
                self._tell(uuid, "ends", gone["attempt"])

    def power_on(self, instance, network_info):
        self._work("power_on")
        self._existing(instance.uuid)
        self._power(instance.uuid, states.RUNNING)

    def power_off(self, instance, timeout):
        self._work("power_off")
        self._existing(instance.uuid)
        self._power(instance.uuid, states.SHUTDOWN)

    def switch_off(self, uuid):
        with self._lock:
            if uuid in self._guests:
                self._power(uuid, states.SHUTDOWN)

    def reboot(self, instance, network_info, reboot_type):
        self._work("reboot")
        self._existing(instance.uuid)
        self._power(instance.uuid, states.SHUTDOWN)
        self._boot(instance.uuid, None)

    def pause(self, instance):
        self._work("pause")
        self._in_memory(instance.uuid)
        self._power(instance.uuid, states.POWER_PAUSED)

    def unpause(self, instance):
        self._work("unpause")
        self._in_memory(instance.uuid)
        self._power(instance.uuid, states.RUNNING)

    def suspend(self, instance):
        self._work("suspend")
        guest = self._existing(instance.uuid)
        if not guest.get("saved"):
            self._in_memory(instance.uuid)
            with self._lock:
                self._set(instance.uuid, saved=True)
        self._power(instance.uuid, states.SHUTDOWN)

    def resume(self, instance, network_info):
        self._work("resume")
        self._existing(instance.uuid)
        self._power(instance.uuid, states.RUNNING)

    def rescue(self, instance, network_info, request):
        self._work("rescue")
        self._reboot_unless_from(instance.uuid, request.image_id, request.check)

    def unrescue(self, instance, network_info):
        self._work("unrescue")
        self._reboot_unless_from(instance.uuid, None)

    def attach_interface(self, instance, vif):
        self._work("attach_interface")
        macs = self.macs(instance.uuid)
        self.network.plug(instance.uuid, (vif,))
        with self._lock:
            self._set(instance.uuid, macs=[*(mac for mac in macs if mac != vif.mac), vif.mac])
        others = (other for other in instance.network_info if other.id != vif.id)
        return self.placed(instance.replace(network_info=(*others, vif))).network_info[-1]

    def detach_interface(self, instance, vif):
        self._work("detach_interface")
        macs = self.macs(instance.uuid)
        with self._lock:
            self._set(instance.uuid, macs=[mac for mac in macs if mac != vif.mac])
        self.network.unplug_port(instance.uuid, vif)

    def remove_other_interfaces(self, instance, vifs):
        keep = [vif.mac for vif in vifs]
        others = [mac for mac in self.macs(instance.uuid) if mac not in keep]
        if others:
            with self._lock:
                self._set(instance.uuid, macs=[mac for mac in self.macs(instance.uuid) if mac in keep])
        for vif in self.network.plugged(instance.uuid):
            if vif not in vifs:
                self.network.unplug_port(instance.uuid, vif)
        return others

    def macs(self, uuid: str) -> list[str]:
        """The guest's interfaces.  Raises GuestNotFound."""
        return list(self._existing(uuid).get("macs", ()))

    @contextlib.contextmanager
    def snapshot(self, instance, check):
        """The disk of a fake guest says whose it is."""
        self._work("snapshot")
        self._existing(instance.uuid)
        check()
        copy = self._copy(instance.uuid)
        try:
            copy.write_bytes(f"disk of {instance.uuid}\n".encode().ljust(512, b"\0"))
            yield DiskCopy(copy, "raw")
        finally:
            copy.unlink(missing_ok=True)

    def _copy(self, uuid: str) -> pathlib.Path:
        return self._file.with_name(f"{self.host}.{uuid}.snapshot")

    def strays(self):
        """Copies of disks that nobody is at: a copy's time is within one call."""
        return [f"disk copy {path}" for path in sorted(self._file.parent.glob(f"{self.host}.*.snapshot"))]

    def migrate_disk_and_power_off(self, instance, migration_uuid, timeout):
        self._work("migrate_disk_and_power_off")
        with self._lock:
            if instance.uuid in self._guests:
                self._power(instance.uuid, states.SHUTDOWN)
                self._set(instance.uuid + OLD, guest=self._guests[instance.uuid], migration_uuid=migration_uuid)
                self._forget(instance.uuid)
            mark = self.old_disks().get(instance.uuid)
        if mark is None or mark.migration_uuid != migration_uuid:
            raise exceptions.GuestNotFound(instance_id=instance.uuid)
        self.network.unplug(instance.uuid)
        return {}

    def finish_migration(self, instance, request):
        with self._lock:
            guest = self._guests.get(instance.uuid)
            if guest is None or guest["attempt"] != instance.attempt:
                self.destroy(instance.uuid)
                with contextlib.ExitStack() as undo:
                    undo.callback(self.destroy, instance.uuid)
                    self._work("finish_migration")
                    self._make(instance, request)
                    undo.pop_all()
                return
        self._start(instance, request)

    def finish_revert_migration(self, instance, migration_uuid, request):
        self._work("finish_revert_migration")
        with self._lock:
            old, guest = self.old_disks().get(instance.uuid), self._guests.get(instance.uuid)
            if old is not None and old.migration_uuid == migration_uuid:
                self.destroy(instance.uuid)
                self._make(instance, request)
                self._forget(instance.uuid + OLD)
            elif guest is None:
                raise exceptions.GuestNotFound(instance_id=instance.uuid)
            elif guest["attempt"] != instance.attempt:
                self._power(instance.uuid, states.SHUTDOWN)
                self._make(instance, request)
            else:
                self._start(instance, request)

    def _make(self, instance, request) -> None:
        self._set(instance.uuid, attempt=instance.attempt, power_state=states.SHUTDOWN, name=instance.display_name,
                  macs=[vif.mac for vif in request.network_info])
        self._start(instance, request)

    def _start(self, instance, request) -> None:
        self.network.plug(instance.uuid, request.network_info)
        request.check()
        if request.power_on:
            self._power(instance.uuid, states.RUNNING)

    def old_disks(self):
        with self._lock:
            return {key.removesuffix(OLD): OldDisks(old["migration_uuid"], old["guest"]["attempt"])
                    for key, old in self._guests.items() if key.endswith(OLD)}

    def drop_old_disks(self, uuid, migration_uuid):
        self._work("drop_old_disks")
        with self._lock:
            old = self.old_disks().get(uuid)
            if old is not None and old.migration_uuid == migration_uuid:
                self._forget(uuid + OLD)

    def restore_old_disks(self, instance, migration_uuid):
        uuid = instance.uuid
        with self._lock:
            old = self.old_disks().get(uuid)
            if old is not None and old.migration_uuid == migration_uuid:
                if uuid not in self._guests:
                    self._set(uuid, **{**self._guests[uuid + OLD]["guest"], "attempt": instance.attempt})
                self._forget(uuid + OLD)

    def get_diagnostics(self, instance):
        self._existing(instance.uuid)
        return Diagnostics(
            # Nova's fake driver says so, too: the API's word is one of a list
            driver="libvirt", hypervisor="fake", power_state=states.RUNNING,
            cpus=tuple(CpuUsage(number, 17300000000) for number in range(instance.flavor.vcpus)),
            nics=tuple(NicUsage(vif.id, vif.mac, 2070139, 26701, 0, 0, 140208, 662, 0, 0)
                       for vif in instance.network_info),
            disks=(DiskUsage("vda", 262144, 112, 5778432, 488, 0),), memory_maximum_kb=instance.flavor.memory_mb << 10,
            memory_used_kb=instance.flavor.memory_mb << 9)

    def set_admin_password(self, instance, password):
        self._work("set_admin_password")
        self._in_memory(instance.uuid)

    def trigger_crash_dump(self, instance):
        self._work("trigger_crash_dump")
        self._in_memory(instance.uuid)

    def get_console(self, instance, protocol):
        if self._existing(instance.uuid)["power_state"] not in IN_MEMORY:
            raise exceptions.InstanceNotReady(instance_id=instance.uuid)
        if protocol != "vnc":
            return ConsoleEndpoint(f"fake{protocol}console.com", 6969, "FAKE")
        with self._lock:
            if self._screen is None:
                try:
                    self._screen = FakeScreen(self.host)
                except OSError as exc:
                    raise exceptions.NovaLiteError(f"[vnc] server_listen: no screen can be made there: {exc}") from exc
        return ConsoleEndpoint(str(CONF.vnc.server_proxyclient_address), self._screen.port)

    def get_console_output(self, instance):
        guest = self._existing(instance.uuid)
        boot = "".join(f"[    {second}.000000] line {second} of what a kernel tells\n" for second in range(10))
        return f"FAKE CONSOLE OUTPUT of {guest['name']}\n{boot}LAST LINE".encode()

    def crash_guest(self, uuid: str) -> None:
        """For tests: the guest goes off by itself."""
        self._power(uuid, states.SHUTDOWN)
        self._on_lifecycle(LifecycleEvent(uuid, states.SHUTDOWN, "crashed by a test"))

    def _reboot_unless_from(self, uuid: str, rescue_image: str | None, check=lambda: None) -> None:
        guest = self._existing(uuid)
        if guest["power_state"] == states.RUNNING and guest.get("rescued") == rescue_image:
            return
        self._power(uuid, states.SHUTDOWN)
        check()
        self._boot(uuid, rescue_image)

    def _boot(self, uuid: str, rescue_image: str | None) -> None:
        """``rescue_image``: what it runs from; None: its own disk."""
        with self._lock:
            self._guests[uuid]["rescued"] = rescue_image
            self._power(uuid, states.RUNNING)

    @staticmethod
    def _work(operation: str, seconds: float = 0.0) -> None:
        if seconds:
            time.sleep(seconds)
        if operation in CONF.fake.fail_operations:
            raise exceptions.NovaLiteError(f"The fake driver was told to fail {operation}.")
