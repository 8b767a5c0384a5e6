"""What the image is made of: where Debian's packages put it, and a fingerprint of all of it."""
import dataclasses
import hashlib
import pathlib
import shutil
import subprocess

from tools.guest import kernel
from tools.guest.kernel import Kernel, MissingSource

# beside these, the kernel's package is unpacked (see kernel.py)
PACKAGES = ("busybox-static", "dropbear-bin", "e2fsprogs", "grub-common", "grub-pc-bin", "kmod", "openssl",
            "qemu-utils", "util-linux")
PROGRAMS = {"dropbear": "usr/sbin", "dropbearkey": "usr/bin", "resize2fs": "sbin", "blkid": "sbin",
            "lsblk": "bin"}
TOOLS = ("mke2fs", "grub-mkimage", "qemu-img", "openssl", "ldd")
FILES = pathlib.Path(__file__).parent / "files"
SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclasses.dataclass(frozen=True)
class Sources:
    kernel: Kernel
    busybox: pathlib.Path
    programs: dict[str, pathlib.Path]
    grub: pathlib.Path

    def fingerprint(self, *settings: str) -> str:
        """Changes when any input, the guest's scripts, the builder or a setting does.

        Big files count by name, size and time: Debian's packages never change one in place.
        """
        digest = hashlib.sha256()
        for setting in settings:
            digest.update(setting.encode() + b"\0")
        for path in (self.kernel.image, self.busybox, self.grub / "boot.img", *self.programs.values()):
            stat = path.stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
        own = [path for path in FILES.rglob("*") if path.is_file()]
        for path in sorted(own + list(FILES.parent.glob("*.py"))):
            digest.update(f"{path.relative_to(FILES.parent)}\0".encode() + path.read_bytes() + b"\0")
        return digest.hexdigest()


def find(cache: pathlib.Path) -> Sources:
    """``cache`` is where a kernel is unpacked when none is installed.  Raises MissingSource."""
    for tool in TOOLS:
        _which(tool)
    grub = pathlib.Path("/usr/lib/grub/i386-pc")
    if not (grub / "boot.img").exists():
        raise MissingSource(f"{grub}/boot.img is missing: apt-get install grub-pc-bin")
    return Sources(kernel=kernel.find(cache), busybox=_static_busybox(),
                   programs={name: _which(name) for name in PROGRAMS}, grub=grub)


def _which(name: str) -> pathlib.Path:
    found = shutil.which(name, path=SEARCH_PATH)
    if not found:
        raise MissingSource(f"{name} is missing: apt-get install {' '.join(PACKAGES)}")
    return pathlib.Path(found).resolve()


def _static_busybox() -> pathlib.Path:
    busybox = _which("busybox")
    linked = subprocess.run(["ldd", busybox], capture_output=True, text=True)
    if linked.returncode == 0 and "=>" in linked.stdout:
        raise MissingSource(f"{busybox} is not static: apt-get install busybox-static")
    return busybox
