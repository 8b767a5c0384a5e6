"""The kernel: an installed Debian cloud kernel, else one unpacked from its package.

A kernel is never installed for this: that would change what the machine itself boots.
"""
import dataclasses
import pathlib
import re
import shutil
import subprocess
import tempfile

PACKAGE = "linux-image-cloud-amd64"


class MissingSource(Exception):
    """Something that the builder needs is not there; the text says how to get it."""


@dataclasses.dataclass(frozen=True)
class Kernel:
    image: pathlib.Path
    modules: pathlib.Path           # /lib/modules/VERSION, with modules.dep


def find(cache: pathlib.Path) -> Kernel:
    """The newest one installed, else the newest in ``cache``, else a download into ``cache``.

    Raises MissingSource.
    """
    found = _newest(pathlib.Path("/")) or _newest(cache)
    if not found:
        try:
            _unpack(cache)
        except MissingSource:                   # no package lists, or lists older than the archive
            _run("apt-get", "-q", "update", cwd=cache)
            _unpack(cache)
        found = _newest(cache)
    if not found:
        raise MissingSource(f"the package of {PACKAGE} holds no kernel")
    return found


def _newest(root) -> Kernel | None:
    kernels = []
    for image in root.glob("boot/vmlinuz-*-cloud-amd64"):
        modules = root / "lib/modules" / image.name.removeprefix("vmlinuz-")
        if (modules / "modules.dep").exists():
            kernels.append(Kernel(image, modules))
    return max(kernels, key=lambda kernel: [int(part) for part in re.findall(r"\d+", kernel.image.name)], default=None)


def _unpack(cache):
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".kernel-") as scratch:
        scratch = pathlib.Path(scratch)
        depends = _run("apt-cache", "depends", "--important", PACKAGE, cwd=scratch)
        package = re.search(r"Depends: (linux-image-\S+)", depends)
        if not package:
            raise MissingSource(f"apt does not know {PACKAGE}: run apt-get update")
        _run("apt-get", "-q", "download", package[1], cwd=scratch)
        tree = scratch / "tree"
        _run("dpkg-deb", "-x", next(scratch.glob("*.deb")), tree, cwd=scratch)
        version = next(tree.glob("lib/modules/*")).name
        _run("/sbin/depmod", "-b", tree, version, cwd=scratch)
        for directory in ("lib", "boot"):       # without an image in boot, _newest sees nothing of a half move
            shutil.rmtree(cache / directory, ignore_errors=True)
            (tree / directory).rename(cache / directory)


def _run(*command, cwd) -> str:
    try:
        result = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except FileNotFoundError as exc:
        raise MissingSource(f"{command[0]} is missing: apt-get install apt dpkg kmod") from exc
    if result.returncode:
        raise MissingSource(f"{command[0]} failed: {(result.stderr or result.stdout).strip()[-300:]}")
    return result.stdout
