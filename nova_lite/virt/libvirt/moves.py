"""Moves between hosts: a guest leaves, arrives, comes back; and its old disks meanwhile."""
import contextlib

from nova_lite import exceptions, states
from nova_lite.virt.libvirt import arrival, layout, old_disks, power, spawn, transfer
from nova_lite.virt.libvirt.ground import Ground, clear_errors
from nova_lite.virt.libvirt.guests import OwnGuest


class Moves(Ground):
    """A part of LibvirtDriver."""

    @clear_errors
    def migrate_disk_and_power_off(self, instance, migration_uuid, timeout):
        with self._ordered(instance.uuid, None):
            guest = self._guests.find(instance.uuid)
            if guest is not None and guest.running() and not power.shut_down(guest, timeout):
                power.switch_off(guest)
            try:
                self._transfer.start()
                mark = old_disks.set_aside(instance.uuid, migration_uuid, instance.attempt)
            except FileNotFoundError as exc:
                raise exceptions.GuestNotFound(instance_id=instance.uuid) from exc
            except OSError as exc:
                raise exceptions.NovaLiteError(f"{exc.filename}: {exc.strerror}") from exc
            if guest is not None:
                power.remove(guest)
            self.network.unplug(instance.uuid)
            return {"address": self._transfer.address(), "token": mark.token,
                    "files": transfer.Here(instance.uuid).names()}

    @clear_errors
    def finish_migration(self, instance, request):
        with self._ordered(instance.uuid, states.RUNNING if request.power_on else states.SHUTDOWN):
            guest = self._guests.find(instance.uuid)
            if guest is None or guest.attempt != instance.attempt:
                self._remove(instance.uuid, guest)
                source = transfer.Here(instance.uuid) if request.disks is None else transfer.Source(
                    instance.uuid, request.disks)
                with contextlib.ExitStack() as undo:
                    undo.callback(self._remove_after_failure, instance.uuid)
                    arrival.fetch(instance.uuid, instance.flavor, source, request, self._images)
                    self._define(instance, request)
                    undo.pop_all()
                return
            self._start(guest, request)

    @clear_errors
    def finish_revert_migration(self, instance, migration_uuid, request):
        with self._ordered(instance.uuid, states.RUNNING if request.power_on else states.SHUTDOWN):
            guest, mark = self._guests.find(instance.uuid), old_disks.read(instance.uuid)
            moved = mark is not None and mark.migration_uuid == migration_uuid
            if guest is not None and (moved or guest.attempt != instance.attempt):
                power.remove(guest)
                guest = None
            if moved:
                old_disks.put_back(instance.uuid)
            if guest is not None:
                self._start(guest, request)
            elif layout.GuestFiles(instance.uuid).root.exists():
                self._define(instance, request)
            else:
                raise exceptions.GuestNotFound(instance_id=instance.uuid)

    def _define(self, instance, request) -> None:
        self.network.plug(instance.uuid, request.network_info)
        request.check()
        guest = spawn.define(self._connection.get(), instance, request.network_info, self._cache_mode)
        if request.power_on:
            power.start(guest)

    def _start(self, guest: OwnGuest, request) -> None:
        self.network.plug(guest.uuid, request.network_info)
        request.check()
        if request.power_on:
            power.start(guest)

    def old_disks(self):
        return {uuid: mark.model() for uuid, mark in old_disks.all_marks().items()}

    def drop_old_disks(self, uuid, migration_uuid):
        mark = old_disks.read(uuid)
        if mark is not None and mark.migration_uuid == migration_uuid:
            old_disks.drop(uuid)

    def restore_old_disks(self, instance, migration_uuid):
        uuid = instance.uuid
        mark = old_disks.read(uuid)
        if mark is not None and mark.migration_uuid == migration_uuid:
            if layout.GuestFiles(uuid).root.exists():
                old_disks.drop(uuid)
            else:
                old_disks.put_back(uuid)
