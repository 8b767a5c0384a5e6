"""From sources to lite-guest.qcow2, and the cache that makes a second start free.

``DIRECTORY/lite-guest.qcow2`` is complete or absent: it is made under another name and renamed.  Beside
it lies ``lite-guest.fingerprint`` with the fingerprint of what it was built from.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile

from tools.guest import disk, initrd, rootfs, sources

NAME = "lite-guest"
USER = "cirros"
PASSWORD = "gocubsgo"


def build(directory: str | os.PathLike) -> pathlib.Path:
    """The path of an up-to-date image in ``directory``.  Raises MissingSource, CalledProcessError."""
    directory = pathlib.Path(directory)
    image = directory / f"{NAME}.qcow2"
    stamp = directory / f"{NAME}.fingerprint"
    inputs = sources.find(directory / "kernel")
    wanted = inputs.fingerprint(USER, PASSWORD)
    if image.exists() and stamp.exists() and stamp.read_text().strip() == wanted:
        return image
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory, prefix=".build-") as scratch:
        finished = _make(pathlib.Path(scratch), inputs)
        stamp.unlink(missing_ok=True)        # died between the next two lines: no stamp, so it is built again
        os.replace(finished, image)
        stamp.write_text(wanted + "\n")
    image.chmod(0o644)
    return image


def _make(scratch: pathlib.Path, inputs: sources.Sources) -> pathlib.Path:
    tree, raw, qcow2 = scratch / "tree", scratch / "raw", scratch / "qcow2"
    rootfs.populate(tree, inputs, user=USER, password=PASSWORD)
    boot = tree / "boot"
    shutil.copyfile(inputs.kernel.image, boot / "vmlinuz")
    (boot / "initrd").write_bytes(initrd.build(inputs))
    disk.make(raw, tree, inputs.grub)
    subprocess.run(["qemu-img", "convert", "-c", "-O", "qcow2", raw, qcow2], check=True)
    return qcow2
