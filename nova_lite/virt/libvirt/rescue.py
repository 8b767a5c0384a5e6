"""A guest that runs from a rescue image: its rescue disk, and the domain of it.  Called by the driver.

Nothing of the guest's own is touched: its definition is made of its files again when it is over.
"""
from collections.abc import Sequence

import libvirt

from nova_lite import exceptions, instance_metadata
from nova_lite.conf import CONF
from nova_lite.models import Instance, Vif
from nova_lite.virt import configdrive
from nova_lite.virt.driver import RescueRequest
from nova_lite.virt.libvirt import describe, disks, layout
from nova_lite.virt.libvirt.guests import OwnGuest
from nova_lite.virt.libvirt.images import ImageCache


def is_running(guest: OwnGuest | None, files: layout.GuestFiles) -> bool:
    """Whether it runs from its rescue disk."""
    return guest is not None and guest.running() and f"'{files.rescue}'" in guest.domain.XMLDesc()


def define(conn: libvirt.virConnect, instance: Instance, vifs: Sequence[Vif], request: RescueRequest, *,
           images: ImageCache, cache: str) -> OwnGuest:
    """Make the rescue disk and define the domain that boots from it; it is off.  Raises NovaLiteError."""
    files = layout.GuestFiles(instance.uuid)
    base = images.base(request.context, request.image_id)
    try:
        forget(files)
        disks.create_root(base, files.rescue, 0)
        if files.config_drive.exists():
            configdrive.write(files.rescue_config_drive, instance_metadata.config_drive_files(
                instance, vifs, dhcp_domain=CONF.metadata.dhcp_domain, admin_password=request.admin_password))
    except OSError as exc:
        raise exceptions.NovaLiteError(f"{exc.filename or files.directory}: {exc.strerror or exc}") from exc
    xml = describe.rescue_domain(instance, vifs, cache, request.device, request.bus).xml()
    return OwnGuest(conn.defineXML(xml), instance.uuid, instance.attempt)


def forget(files: layout.GuestFiles) -> None:
    """Remove what was made for a rescue; fine when there is nothing."""
    files.rescue.unlink(missing_ok=True)
    files.rescue_config_drive.unlink(missing_ok=True)
