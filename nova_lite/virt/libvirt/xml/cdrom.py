"""A CD-ROM drive with an image in it: the config drive."""
import dataclasses

from nova_lite.virt.libvirt.xml.node import node


@dataclasses.dataclass(frozen=True)
class Cdrom:
    """``bus``: ide for machine type pc, sata for q35 (which has no IDE)."""

    path: str
    bus: str = "ide"

    def element(self):
        return node("disk",
                    node("driver", name="qemu", type="raw"),
                    node("source", file=self.path),
                    node("target", dev="sda" if self.bus == "sata" else "hdd", bus=self.bus),
                    node("readonly"),
                    type="file", device="cdrom")


def bus_for(machine_type: str) -> str:
    """The bus that a machine type's CD-ROM is on."""
    return "sata" if "q35" in machine_type else "ide"
