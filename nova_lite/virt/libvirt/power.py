"""Starting, stopping and removing one domain.  Each may be repeated; none decides whether it should be done."""
import time

import libvirt

from nova_lite import exceptions, states
from nova_lite.virt.libvirt.connection import is_missing
from nova_lite.virt.libvirt.guests import OwnGuest

POLL = 0.2                      # seconds between looks at a guest that shuts down
ASK_AGAIN = 10.0                # seconds: a guest that still boots does not hear the power button
DESTROY_TRIES = 3               # libvirt gives up on a QEMU stuck in I/O after some 15 s
UNDEFINE_FLAGS = (libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
                  | libvirt.VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA | libvirt.VIR_DOMAIN_UNDEFINE_NVRAM)


def start(guest: OwnGuest) -> None:
    """Start a defined domain; fine when it runs."""
    if guest.running():
        return
    try:
        guest.domain.create()
    except libvirt.libvirtError as exc:
        if exc.get_error_code() != libvirt.VIR_ERR_OPERATION_INVALID or not guest.running():
            raise


def shut_down(guest: OwnGuest, timeout: float) -> bool:
    """Press the power button and wait ``timeout`` seconds; whether the guest is off."""
    begun, asked = time.monotonic(), None
    while guest.running():
        now = time.monotonic()
        if now - begun >= timeout:
            return False
        if asked is None or now - asked >= ASK_AGAIN:
            asked = now
            try:
                guest.domain.shutdown()
            except libvirt.libvirtError as exc:
                if guest.running() and exc.get_error_code() != libvirt.VIR_ERR_OPERATION_INVALID:
                    return False        # it cannot be asked (paused, no ACPI)
        time.sleep(POLL)
    return True


def switch_off(guest: OwnGuest) -> None:
    """Pull the plug; fine when it is off or gone."""
    for attempt in range(DESTROY_TRIES):
        try:
            guest.domain.destroy()
            return
        except libvirt.libvirtError as exc:
            if is_missing(exc) or not guest.running():
                return
            if attempt == DESTROY_TRIES - 1:
                raise


def pause(guest: OwnGuest) -> None:
    """Stop the CPUs; fine when they stand still."""
    if guest.power()[0] != states.POWER_PAUSED:
        guest.domain.suspend()


def unpause(guest: OwnGuest) -> None:
    """Let the CPUs go on; fine when they do."""
    if guest.power()[0] != states.RUNNING:
        guest.domain.resume()


def save(guest: OwnGuest) -> None:
    """Write the memory to a file of libvirt's and switch off; fine when that is done.  Raises GuestNotFound for a guest
    that is off without one."""
    if guest.running():
        guest.domain.managedSave(libvirt.VIR_DOMAIN_SAVE_RUNNING)
    elif not guest.domain.hasManagedSaveImage():
        raise exceptions.GuestNotFound(instance_id=guest.uuid)


def forget_saved(guest: OwnGuest) -> None:
    """What was saved would be restored by the next start."""
    try:
        if guest.domain.hasManagedSaveImage():
            guest.domain.managedSaveRemove()
    except libvirt.libvirtError as exc:
        if not is_missing(exc):
            raise


def remove(guest: OwnGuest) -> None:
    """Switch off and forget the domain; fine when it is gone."""
    switch_off(guest)
    try:
        guest.domain.undefineFlags(UNDEFINE_FLAGS)
    except libvirt.libvirtError as exc:
        if not is_missing(exc):
            raise
