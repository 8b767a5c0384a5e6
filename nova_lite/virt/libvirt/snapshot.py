"""Copies of a guest's root disk, as it is at one moment, in a file that needs no other.

Of a guest that runs or is paused QEMU itself makes the copy, and mirrors into it what the guest writes meanwhile: the
moment is the end.  The disk of one that is off is copied by qemu-img.
"""
import pathlib
import time
from collections.abc import Callable
from xml.etree import ElementTree

import libvirt

from nova_lite import exceptions
from nova_lite.virt.libvirt import layout, qemu_img
from nova_lite.virt.libvirt.guests import OwnGuest
from nova_lite.virt.libvirt.xml.disk import copy_target
from nova_lite.virt.libvirt.xml.node import render

ROOT = "vda"
POLL = 0.2                      # seconds between looks at a copy


def copy(guest: OwnGuest, files: layout.GuestFiles, check: Callable[[], None]) -> pathlib.Path:
    """The copy's path, a qcow2 file.  ``check()`` raises when it may not go on; nothing of a failed one is left."""
    clear(guest, files)
    try:
        if not (guest.running() and _mirror(guest, files.root_copy, check)):
            files.root_copy.unlink(missing_ok=True)
            qemu_img.convert(files.root, files.root_copy, check)
    except BaseException:
        clear(guest, files)
        raise
    return files.root_copy


def clear(guest: OwnGuest | None, files: layout.GuestFiles) -> None:
    """Take away a copy, and QEMU from it."""
    if not files.root_copy.exists():
        return
    if guest is not None and guest.running():
        _stop(guest)
    files.root_copy.unlink(missing_ok=True)


def _mirror(guest: OwnGuest, target: pathlib.Path, check) -> bool:
    """Whether there is a copy; False: the guest went off meanwhile, and with it the copying."""
    guest.domain.blockCopy(ROOT, render(copy_target(str(target))), flags=libvirt.VIR_DOMAIN_BLOCK_COPY_TRANSIENT_JOB)
    while True:
        check()
        job = _job(guest)
        if not job:
            if guest.running():
                raise exceptions.NovaLiteError(f"QEMU gave up the copy of the disk of {guest.uuid}")
            return False
        # both are 0 before it has begun
        if job["end"] and job["cur"] == job["end"] and _ready(guest):
            return _stop(guest)
        time.sleep(POLL)


def _job(guest: OwnGuest) -> dict:
    try:
        return guest.domain.blockJobInfo(ROOT) or {}
    except libvirt.libvirtError:
        if guest.running():
            raise
        return {}


def _ready(guest: OwnGuest) -> bool:
    """Whether the copy follows the disk: as many bytes as there are may be there before that."""
    mirror = ElementTree.fromstring(guest.domain.XMLDesc()).find("devices/disk/mirror")
    return mirror is not None and mirror.get("ready") == "yes"


def _stop(guest: OwnGuest) -> bool:
    """End a copying that may be there; False: there was none.  What was copied is on disk when this returns."""
    try:
        guest.domain.blockJobAbort(ROOT)
        return True
    except libvirt.libvirtError as exc:
        if exc.get_error_code() == libvirt.VIR_ERR_OPERATION_INVALID or not guest.running():
            return False
        raise
