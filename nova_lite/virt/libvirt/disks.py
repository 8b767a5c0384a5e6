"""A guest's disks: the root overlay, ephemeral and swap.  Each is made in the guest's own directory."""
import errno
import os
import pathlib
import subprocess

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.models import Flavor
from nova_lite.virt.libvirt import layout, qemu_img
from nova_lite.virt.libvirt.image_format import DiskImage

GIB, MIB = 1 << 30, 1 << 20
MKFS_TIMEOUT = 300              # seconds
# a flag for the label and what keeps the tool from asking
MKFS = {"ext2": ("-L", "-Fq"), "ext3": ("-L", "-Fq"), "ext4": ("-L", "-Fq"), "xfs": ("-L", "-fq"), "vfat": ("-n",)}


def create(files: layout.GuestFiles, base: DiskImage, flavor: Flavor) -> None:
    """All disks of a flavor.  Raises FlavorDiskSmallerThanImage, NovaLiteError."""
    create_root(base, files.root, flavor.root_gb * GIB)
    if flavor.ephemeral_gb:
        create_ephemeral(files.ephemeral, flavor.ephemeral_gb * GIB)
    if flavor.swap:
        create_swap(files.swap, flavor.swap * MIB)


def create_root(base: DiskImage, path: pathlib.Path, size: int) -> None:
    """A qcow2 overlay of ``size`` bytes; 0: as large as the image.  Raises FlavorDiskSmallerThanImage."""
    if size and base.virtual_size > size:
        raise exceptions.FlavorDiskSmallerThanImage(flavor_size=size, image_size=base.virtual_size)
    qemu_img.run("create", "-q", "-f", "qcow2", "-F", base.format, "-b", str(base.path), str(path),
                 str(size or base.virtual_size))
    path.chmod(0o600)


def create_ephemeral(path: pathlib.Path, size: int) -> None:
    """An empty filesystem of [compute] default_ephemeral_format, label ephemeral0."""
    kind = CONF.compute.default_ephemeral_format
    if kind not in MKFS:
        raise exceptions.NovaLiteError(f"[compute] default_ephemeral_format = {kind}: not one of {', '.join(MKFS)}")
    label, *quiet = MKFS[kind]
    _sparse(path, size)
    _run(f"mkfs.{kind}", *quiet, label, "ephemeral0", str(path))


def create_swap(path: pathlib.Path, size: int) -> None:
    _sparse(path, size)
    _run("mkswap", str(path))


def cache_mode(directory: pathlib.Path) -> str:
    """``none`` where the filesystem can do direct I/O, which live migration needs; else ``writeback``."""
    probe = directory / ".direct-io"
    try:
        os.close(os.open(probe, os.O_CREAT | os.O_WRONLY | os.O_DIRECT, 0o600))
    except OSError as exc:
        if exc.errno != errno.EINVAL:
            raise
        return "writeback"
    finally:
        probe.unlink(missing_ok=True)
    return "none"


def _sparse(path: pathlib.Path, size: int) -> None:
    with open(path, "wb") as handle:
        os.fchmod(handle.fileno(), 0o600)
        handle.truncate(size)


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=MKFS_TIMEOUT,
                              env={"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise exceptions.NovaLiteError(f"{command[0]} cannot be run: {exc}") from exc
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise exceptions.NovaLiteError(f"{command[0]} failed: {lines[-1]}")
