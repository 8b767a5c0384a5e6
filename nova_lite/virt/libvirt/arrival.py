"""The disks of a guest that comes here by a move: fetched, put on this host's base, enlarged."""
import logging
import os
import pathlib

from nova_lite import exceptions
from nova_lite.models import Flavor
from nova_lite.virt.driver import MoveRequest
from nova_lite.virt.libvirt import disks, layout, qemu_img, spawn, transfer
from nova_lite.virt.libvirt.image_format import DiskImage
from nova_lite.virt.libvirt.images import IMAGE_ID, ImageCache

LOG = logging.getLogger(__name__)


def fetch(uuid: str, flavor: Flavor, source: transfer.Source | transfer.Here, request: MoveRequest,
          images: ImageCache) -> None:
    """Fill the guest's directory, which is not there yet.  Raises NovaLiteError."""
    files = layout.GuestFiles(uuid)
    try:
        spawn.make_directory(files)
        for name in source.names():
            source.fetch(name, files.directory / name)
            request.check()
        if not isinstance(source, transfer.Here):
            _put_on_base(files.root, source, request, images)
        enlarge(files.root, flavor.root_gb * disks.GIB)
        if flavor.ephemeral_gb and not files.ephemeral.exists():
            disks.create_ephemeral(files.ephemeral, flavor.ephemeral_gb * disks.GIB)
        elif flavor.ephemeral_gb and files.ephemeral.stat().st_size < flavor.ephemeral_gb * disks.GIB:
            os.truncate(files.ephemeral, flavor.ephemeral_gb * disks.GIB)
        if flavor.swap:
            disks.create_swap(files.swap, flavor.swap * disks.MIB)
    except OSError as exc:
        raise exceptions.NovaLiteError(f"{exc.filename or files.directory}: {exc.strerror or exc}") from exc


def enlarge(path: pathlib.Path, size: int) -> None:
    """A qcow2 disk gets at least ``size`` bytes."""
    if qemu_img.info(path, "qcow2")["virtual-size"] < size:
        qemu_img.run("resize", "-q", "-f", "qcow2", str(path), str(size))


def base_name(path: pathlib.Path) -> str | None:
    """The file name of a qcow2 disk's base; None: it has none."""
    found = qemu_img.info(path, "qcow2").get("backing-filename")
    return pathlib.Path(found).name if found else None


def _put_on_base(root: pathlib.Path, source: transfer.Source, request: MoveRequest, images: ImageCache) -> None:
    """The overlay names the other host's base; the same image may be elsewhere here."""
    image_id = base_name(root)
    if image_id is None:
        return
    base = base_image(image_id, source, request, images)
    # -u: only the name changes, since the content is the same image's
    qemu_img.run("rebase", "-q", "-u", "-f", "qcow2", "-F", base.format, "-b", str(base.path), str(root))


def base_image(image_id: str, source: transfer.Source, request: MoveRequest, images: ImageCache) -> DiskImage:
    """From the cache or the image service; an image that was deleted there is fetched from the other host."""
    if not IMAGE_ID.match(image_id):
        raise exceptions.NovaLiteError(f"the disk's base {image_id!r} is no image's")
    try:
        return images.base(request.context, image_id)
    except exceptions.ImageNotFound:
        LOG.warning("image %s is gone; its copy is fetched from the host that the server leaves", image_id)
        return images.adopt(image_id, lambda path: source.fetch(transfer.BASE, path))
