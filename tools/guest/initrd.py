"""The ramdisk: loads what the root disk needs, lets the partition fill the disk, switches over."""
import gzip

from tools.guest import cpio, modules, sources


def build(inputs: sources.Sources) -> bytes:
    """A gzipped cpio archive with busybox, modules and files/ramdisk-init."""
    archive = cpio.Archive()
    for directory in ("bin", "dev", "proc", "sys", "root", "modules"):
        archive.directory(directory)
    archive.character_device("dev/console", 5, 1)       # the kernel opens it before devtmpfs is mounted
    archive.file("bin/busybox", inputs.busybox.read_bytes(), 0o755)
    archive.file("init", (sources.FILES / "ramdisk-init").read_bytes(), 0o755)
    found = modules.in_load_order(inputs.kernel.modules, modules.ROOT_DISK)
    for path in found:
        archive.file(f"modules/{path.name}", path.read_bytes())
    archive.file("modules/order", "".join(f"{path.name}\n" for path in found).encode())
    return gzip.compress(archive.finish(), 6, mtime=0)
