"""The disk that a rescued guest boots from."""
import dataclasses

from nova_lite.virt.libvirt.xml.node import node


@dataclasses.dataclass(frozen=True)
class RescueDisk:
    """``device``: disk, cdrom or floppy."""

    path: str
    target: str = "vda"
    device: str = "disk"
    bus: str = "virtio"
    cache: str = "none"

    def element(self):
        return node("disk",
                    node("driver", name="qemu", type="qcow2", cache=self.cache),
                    node("source", file=self.path),
                    node("target", dev=self.target, bus=self.bus),
                    node("readonly") if self.device == "cdrom" else None,
                    node("boot", order=1),
                    type="file", device=self.device)
