"""A virtio disk kept in a file."""
import dataclasses

from nova_lite.virt.libvirt.xml import address
from nova_lite.virt.libvirt.xml.node import node


def copy_target(path: str):
    """Where a disk is copied to, while its guest runs: a new qcow2 file."""
    return node("disk", node("driver", type="qcow2"), node("source", file=path), type="file")


@dataclasses.dataclass(frozen=True)
class Disk:
    """``format`` is always said: a guest could write another format's header into a raw disk."""

    path: str
    format: str
    target: str                     # vda, vdb …
    serial: str | None = None       # what the guest sees in /dev/disk/by-id, at most 20 characters
    cache: str = "none"
    pci_address: str | None = None          # 0000:00:03.0

    def element(self):
        return node("disk",
                    node("driver", name="qemu", type=self.format, cache=self.cache, discard="unmap"),
                    node("source", file=self.path),
                    node("target", dev=self.target, bus="virtio"),
                    node("serial", text=self.serial) if self.serial else None,
                    address.pci(self.pci_address),
                    type="file", device="disk")
