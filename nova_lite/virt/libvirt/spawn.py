"""Building one guest: network, disks, config drive, domain.  Called by the driver, which cleans up after a failure."""
import logging
from collections.abc import Sequence

import libvirt

from nova_lite import exceptions, instance_metadata
from nova_lite.conf import CONF
from nova_lite.models import Instance, Vif
from nova_lite.network.plugging import HostNetwork
from nova_lite.trace import Trace
from nova_lite.virt import configdrive
from nova_lite.virt.driver import SpawnRequest
from nova_lite.virt.libvirt import describe, disks, layout, power
from nova_lite.virt.libvirt.guests import OwnGuest
from nova_lite.virt.libvirt.images import ImageCache

LOG = logging.getLogger(__name__)
# what no other host could do better
HOPELESS = (exceptions.ImageUnacceptable, exceptions.ImageNotFound, exceptions.FlavorDiskSmallerThanImage)


def build(conn: libvirt.virConnect, instance: Instance, request: SpawnRequest, trace: Trace, *,
          images: ImageCache, network: HostNetwork, cache: str) -> None:
    """Make everything of a guest, which is not there yet, and start it if it shall run.

    Raises BuildAbort, NovaLiteError.
    """
    files = layout.GuestFiles(instance.uuid)
    try:
        network.plug(instance.uuid, request.network_info)
        with trace.hop("image_cache", function=f"{ImageCache.__module__}:ImageCache.base"):
            base = images.base(request.context, instance.image_ref or instance.image_meta.id)
        with trace.hop("block_device_mapping", function=f"{disks.__name__}:create"):
            make_directory(files)
            disks.create(files, base, instance.flavor)
        request.progress("mapped")
        # personality files have no other way into the guest, asked for a config drive or not
        if instance.config_drive or request.files:
            with trace.hop("config_drive", function=f"{configdrive.__name__}:write"):
                configdrive.write(files.config_drive, instance_metadata.config_drive_files(
                    instance, request.network_info, dhcp_domain=CONF.metadata.dhcp_domain,
                    admin_password=request.admin_password, files=request.files))
        request.check()
        with trace.hop("driver.spawn", function=f"{__name__}:define"):
            guest = define(conn, instance, request.network_info, cache)
            if request.power_on:
                power.start(guest)
    except HOPELESS as exc:
        raise exceptions.BuildAbort(instance_uuid=instance.uuid, reason=str(exc)) from exc
    except OSError as exc:
        raise exceptions.NovaLiteError(f"{exc.filename or files.directory}: {exc.strerror or exc}") from exc


def make_directory(files: layout.GuestFiles) -> None:
    """QEMU runs as another user and must get through; the files themselves are not for all to read."""
    files.directory.mkdir(parents=True, exist_ok=True)
    files.directory.chmod(0o711)


def define(conn: libvirt.virConnect, instance: Instance, vifs: Sequence[Vif], cache: str) -> OwnGuest:
    """Define the domain from the files that there are; it is off."""
    domain = conn.defineXML(describe.domain(instance, vifs, cache).xml())
    return OwnGuest(domain, instance.uuid, instance.attempt)
