"""The protocol of a virt driver; ``nova_lite.virt.drivers`` entry points implement it.

Called by the compute service only, from several threads at once, but never twice at once for one
server (the compute service holds a lock per uuid).  A driver keeps no truth: the conductor says what
should be; ``guests`` says what is.  Every method may be called again after a crash in the middle of
its last call: it finishes or repeats the work.
"""
import abc
import contextlib
import dataclasses
import pathlib
from collections.abc import Callable, Mapping, Sequence

from stevedore import driver as stevedore_driver

from nova_lite import exceptions
from nova_lite.context import RequestContext
from nova_lite.image.client import ImageClient
from nova_lite.models import ConsoleEndpoint, Diagnostics, Guest, HostResources, Instance, OldDisks, Vif
from nova_lite.network.plugging import HostNetwork
from nova_lite.trace import Trace


@dataclasses.dataclass(frozen=True)
class LifecycleEvent:
    """Something a guest did that nobody ordered.  ``power_state`` is what it is now."""

    uuid: str
    power_state: int
    reason: str = ""


@dataclasses.dataclass(frozen=True)
class SpawnRequest:
    """What a build gives the driver beside the instance.

    ``files``: path in the guest -> content (personality).  ``progress(event)`` tells of the state
    event "mapped" (see states.TRANSITIONS) as the work reaches it.  ``check()`` is called right
    before the guest starts, and raises when it may not any more.  ``power_on``: otherwise it is left off.
    """

    context: RequestContext
    network_info: tuple[Vif, ...] = ()
    admin_password: str | None = None
    files: Mapping[str, bytes] = dataclasses.field(default_factory=dict)
    progress: Callable[[str], None] = lambda event: None
    check: Callable[[], None] = lambda: None
    power_on: bool = True


@dataclasses.dataclass(frozen=True)
class RescueRequest:
    """What a rescue gives the driver beside the instance.

    Without ``device`` and ``bus`` the rescue disk takes the first place and the guest's root disk the second.  With
    them (stable device rescue) the guest's disks stay where they are, and the rescue disk comes behind them: as
    ``device`` disk, cdrom or floppy on ``bus`` virtio, scsi, sata, ide, usb or fdc.  ``check`` as for a spawn.
    """

    context: RequestContext
    image_id: str
    device: str | None = None
    bus: str | None = None
    admin_password: str | None = None
    check: Callable[[], None] = lambda: None


@dataclasses.dataclass(frozen=True)
class DiskCopy:
    """A file that holds a disk's content, needs no other file, and is not written any more.  ``format``: Glance's."""

    path: pathlib.Path
    format: str


@dataclasses.dataclass(frozen=True)
class MoveRequest:
    """What the end of a move gives the driver beside the instance.

    ``disks``: what the old host's ``migrate_disk_and_power_off`` gave; None: they were set aside on this host.
    ``power_on``: start the guest.  ``check()`` as in SpawnRequest.
    """

    context: RequestContext
    network_info: Sequence[Vif] = ()
    disks: Mapping | None = None
    power_on: bool = True
    check: Callable[[], None] = lambda: None


class ComputeDriver(abc.ABC):
    """Constructed with the host's name and the clients it may use; no I/O before ``init_host``."""

    def __init__(self, host: str, images: ImageClient, network: HostNetwork):
        self.host, self.images, self.network = host, images, network

    @abc.abstractmethod
    def init_host(self, on_lifecycle: Callable[[LifecycleEvent], None]) -> None:
        """Connect.  Raises NovaLiteError with one clear line when the hypervisor cannot be used.

        ``on_lifecycle`` is called from a thread of the driver for each thing seen on a guest that
        ends up with another power state; a reboot does not look like a shutdown.
        """

    def close(self) -> None:
        """Stop threads and connections; guests go on."""

    @abc.abstractmethod
    def available_resource(self) -> HostResources:
        """What the host has in all."""

    def cpu_times(self) -> tuple[dict[str, int], int]:
        """How long (ns) all CPUs spent on "kernel", "idle", "user" and "iowait" since the boot, and their MHz."""
        raise NotImplementedError

    @abc.abstractmethod
    def guests(self) -> Sequence[Guest]:
        """All guests of nova-lite on this host, running or not (others' guests are never listed)."""

    @abc.abstractmethod
    def guest(self, uuid: str) -> Guest | None:
        """One guest; None when there is none."""

    @abc.abstractmethod
    def leftovers(self) -> set[str]:
        """Uuids that anything on this host belongs to (directory, tap, DHCP entry, …), guest or not."""

    def strays(self) -> list[str]:
        """What is on this host and belongs to no uuid at all, a line each; a start of the service takes it away."""
        return []

    @abc.abstractmethod
    def cache_image(self, context: RequestContext, image_id: str) -> None:
        """Fetch an image before a guest needs it; fine when it is here.  Raises as ``spawn`` does for a bad image."""

    @abc.abstractmethod
    def placed(self, instance: Instance) -> Instance:
        """As ``spawn`` will make it: ``network_info`` and ``block_devices`` with the addresses that the guest will have
        them at, where that can be said.  Nothing is done yet."""

    @abc.abstractmethod
    def spawn(self, instance: Instance, request: SpawnRequest, trace: Trace) -> None:
        """Make the disks, config drive and guest, and start it; it runs when this returns (``request.power_on``).

        A guest of the same uuid and the same ``instance.attempt`` that runs already (or need not) is left as it is; one
        of an older attempt is destroyed first.  On failure nothing is left behind.  Hops are recorded
        with ``trace.hop``: "image_cache", "block_device_mapping", "config_drive", "driver.spawn".
        Raises BuildAbort for what no other host could do better, any other error for the rest.
        """

    @abc.abstractmethod
    def destroy(self, uuid: str, network_info: Sequence[Vif] = ()) -> None:
        """Remove the guest and everything of it on this host but disks that are set aside; fine when there is
        nothing."""

    @abc.abstractmethod
    def power_on(self, instance: Instance, network_info: Sequence[Vif]) -> None:
        """Start a guest that is off (plug its interfaces first), or of which only the disks are left; fine when it
        runs."""

    @abc.abstractmethod
    def power_off(self, instance: Instance, timeout: int) -> None:
        """Ask the guest to shut down for ``timeout`` seconds, then switch it off; fine when it is off."""

    @abc.abstractmethod
    def switch_off(self, uuid: str) -> None:
        """Pull the plug, whatever it does; fine when it is off or gone.  Needs no ``init_host`` before."""

    @abc.abstractmethod
    def reboot(self, instance: Instance, network_info: Sequence[Vif], reboot_type: str) -> None:
        """SOFT: shut down from inside and start, falling back to HARD; HARD: destroy and start anew."""

    @abc.abstractmethod
    def pause(self, instance: Instance) -> None:
        """Let the guest's CPUs stand still; fine when they do."""

    @abc.abstractmethod
    def unpause(self, instance: Instance) -> None:
        """Let the CPUs of a paused guest go on; fine when they do.  Raises GuestNotFound when it is off."""

    @abc.abstractmethod
    def suspend(self, instance: Instance) -> None:
        """Save the guest's memory on the host and switch it off; fine when that is done."""

    @abc.abstractmethod
    def resume(self, instance: Instance, network_info: Sequence[Vif]) -> None:
        """Start a suspended guest from what was saved (plug its interfaces first); fine when it runs."""

    @abc.abstractmethod
    def rescue(self, instance: Instance, network_info: Sequence[Vif], request: RescueRequest) -> None:
        """Switch the guest off and start it from a new disk of the rescue image, with its own disk attached; fine when
        it runs so.  On failure it is off, and its next start is from its own disk.  Raises GuestNotFound when there is
        no disk of it."""

    @abc.abstractmethod
    def unrescue(self, instance: Instance, network_info: Sequence[Vif]) -> None:
        """Start a rescued guest from its own disk again, and forget the rescue disk; fine when it runs so."""

    @abc.abstractmethod
    def attach_interface(self, instance: Instance, vif: Vif) -> Vif:
        """Plug one more interface and give it to the guest, running or not; fine when it has it.  Gives it with its
        address in the guest.  Raises GuestNotFound."""

    @abc.abstractmethod
    def detach_interface(self, instance: Instance, vif: Vif) -> None:
        """Take an interface from the guest and unplug it; fine when it has none such.  A paused guest has a device that
        leads nowhere until it goes on.  Raises DeviceDetachFailed when the guest does not let go of it, GuestNotFound.
        """

    @abc.abstractmethod
    def remove_other_interfaces(self, instance: Instance, vifs: Sequence[Vif]) -> list[str]:
        """``detach_interface`` of all but these; the MAC addresses of those that there were."""

    @abc.abstractmethod
    def snapshot(self, instance: Instance, check: Callable[[], None]) -> contextlib.AbstractContextManager[DiskCopy]:
        """A block that has a copy of the guest's root disk as it was at one moment; the guest goes on meanwhile.

        The copy goes with the block; what an earlier call has left when its process died goes first.  ``check()`` is
        called while the disk is copied, and raises when that may not go on.
        """

    @abc.abstractmethod

    @abc.abstractmethod
    def migrate_disk_and_power_off(self, instance: Instance, migration_uuid: str, timeout: int) -> dict:
        """Shut the guest down (``timeout`` as in ``power_off``) and set its disks aside under the move's mark; no guest
        is left.  Fine when that is done.  Gives what the other host's driver needs to fetch the disks, as JSON types.
        """

    @abc.abstractmethod
    def finish_migration(self, instance: Instance, request: MoveRequest) -> None:
        """Make the guest of a server that came here from the old disks, for its flavor and attempt.

        A guest of the same attempt is only started, if it should be.  On failure nothing but the old disks is left.
        """

    @abc.abstractmethod
    def finish_revert_migration(self, instance: Instance, migration_uuid: str, request: MoveRequest) -> None:
        """Put the disks of that mark back, in place of whatever is there, and make the guest from them; from the disks
        that are there when none were set aside.  A guest of the same attempt is only started, if it should be.
        """

    @abc.abstractmethod
    def old_disks(self) -> Mapping[str, OldDisks]:
        """{uuid: mark} of all disks that are set aside."""

    @abc.abstractmethod
    def drop_old_disks(self, uuid: str, migration_uuid: str) -> None:
        """Forget the disks of that mark; fine when there are none."""

    @abc.abstractmethod
    def restore_old_disks(self, instance: Instance, migration_uuid: str) -> None:
        """A move has ended without these being put back: they become the server's disks again if it has none (its
        guest stays off), else they are forgotten."""

    @abc.abstractmethod
    def get_diagnostics(self, instance: Instance) -> Diagnostics:
        """What a guest that runs has used.  Raises GuestNotFound."""

    @abc.abstractmethod
    def set_admin_password(self, instance: Instance, password: str) -> None:
        """Of the guest's administrator, by its agent; may be repeated.  Raises GuestAgentUnavailable,
        GuestNotFound."""

    @abc.abstractmethod
    def trigger_crash_dump(self, instance: Instance) -> None:
        """Interrupt the guest (NMI); what it makes of that is its own affair.  Raises GuestNotFound when it is off."""

    @abc.abstractmethod
    def get_console(self, instance: Instance, protocol: str) -> ConsoleEndpoint:
        """Where the proxy of the protocol (vnc, serial) finds the console of a guest that runs, for [consoleauth]
        token_ttl seconds at least.  Raises ConsoleTypeUnavailable, InstanceNotReady, GuestNotFound."""

    @abc.abstractmethod
    def get_console_output(self, instance: Instance) -> bytes:
        """The serial console's log, its newest part when it is long."""


def load(name: str, host: str, images: ImageClient, network: HostNetwork) -> ComputeDriver:
    """The driver of entry point ``name``, made.  Raises NovaLiteError when there is none."""
    return find(name)(host, images, network)


def find(name: str) -> type[ComputeDriver]:
    """The class of entry point ``name``.  Raises NovaLiteError with one clear line when there is none."""
    try:
        return stevedore_driver.DriverManager("nova_lite.virt.drivers", name, warn_on_missing_entrypoint=False).driver
    except (stevedore_driver.NoMatches, ImportError) as exc:
        raise exceptions.NovaLiteError(
            f"[compute] driver = {name}: no such virt driver, or it cannot be imported ({exc}); "
            f"for libvirt, install nova-lite[libvirt]") from exc
