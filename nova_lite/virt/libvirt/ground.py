"""What every method of the libvirt driver stands on: the connection, its guest, and the order of events."""
import contextlib
import functools
import logging
import shutil

import libvirt

from nova_lite import exceptions
from nova_lite.image.client import ImageClient
from nova_lite.network.plugging import HostNetwork
from nova_lite.virt.driver import ComputeDriver
from nova_lite.virt.libvirt import layout, power, rescue, spawn, transfer
from nova_lite.virt.libvirt.connection import Connection, translated
from nova_lite.virt.libvirt.events import LifecycleWatcher
from nova_lite.virt.libvirt.guests import ForeignDomain, Guests, OwnGuest
from nova_lite.virt.libvirt.images import ImageCache
from nova_lite.virt.libvirt.serial_relay import SerialRelays

LOG = logging.getLogger(__name__)


@contextlib.contextmanager
def cleared():
    """libvirt's errors leave the driver as ours."""
    try:
        with translated():
            yield
    except ForeignDomain as exc:
        raise exceptions.NovaLiteError(str(exc)) from exc


def clear_errors(method):
    @functools.wraps(method)
    def wrapped(*args, **kwargs):
        with cleared():
            return method(*args, **kwargs)
    return wrapped


class Ground(ComputeDriver):
    """A part of LibvirtDriver."""

    def __init__(self, host: str, images: ImageClient, network: HostNetwork):
        super().__init__(host, images, network)
        self._connection = Connection(on_open=self._opened, on_lost=self._lost)
        self._guests = Guests(self._connection)
        self._images = ImageCache(images)
        self._transfer = transfer.Server(self._images.base_of)
        self._events: LifecycleWatcher | None = None
        self._cache_mode = "none"
        self._serial = SerialRelays()

    def _existing(self, uuid: str) -> OwnGuest:
        guest = self._guests.find(uuid)
        if guest is None:
            raise exceptions.GuestNotFound(instance_id=uuid)
        return guest

    def _running(self, uuid: str) -> OwnGuest:
        guest = self._existing(uuid)
        if not guest.running():
            raise exceptions.GuestNotFound(instance_id=uuid)
        return guest

    def _remove(self, uuid: str, guest: OwnGuest | None) -> None:
        """The directory goes last: while anything is left, ``leftovers`` names the guest."""
        if guest is not None:
            power.remove(guest)
        self._serial.stop(uuid)
        self.network.unplug(uuid)
        directory = layout.GuestFiles(uuid).directory
        if directory.exists():
            shutil.rmtree(directory)

    def _remove_after_failure(self, uuid: str) -> None:
        """The build's own error is the one to tell; what cannot be removed now is found by ``leftovers``."""
        try:
            self._remove(uuid, self._guests.find(uuid))
        except Exception:
            LOG.exception("what was made for guest %s could not be removed", uuid)

    def _ordered(self, uuid: str, power_state: int | None):
        if self._events is None:
            return contextlib.nullcontext()
        return self._events.ordered(uuid, power_state)

    def _opened(self, conn: libvirt.virConnect) -> None:
        if self._events is not None:
            self._events.subscribe(conn)

    def _lost(self) -> None:
        if self._events is not None:
            self._events.lost()

    @staticmethod
    def _check_disk(files: layout.GuestFiles) -> None:
        if not files.root.exists():
            raise exceptions.GuestNotFound(instance_id=files.uuid)

    def _define_anew(self, instance, network_info) -> None:
        """From the files that there are: it also mends a domain that was lost.  A rescue is over with it."""
        files = layout.GuestFiles(instance.uuid)
        self._check_disk(files)
        self.network.plug(instance.uuid, network_info)
        guest = spawn.define(self._connection.get(), instance, network_info, self._cache_mode)
        rescue.forget(files)
        power.start(guest)
