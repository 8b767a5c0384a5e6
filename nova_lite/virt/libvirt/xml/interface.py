"""A virtio network interface whose tap libvirt makes and puts into a bridge."""
import dataclasses

from nova_lite.virt.libvirt.xml import address
from nova_lite.virt.libvirt.xml.node import node


@dataclasses.dataclass(frozen=True)
class Interface:
    """Without an option ROM: guests boot from disk, and the ROM's own start costs seconds under emulation."""

    mac: str
    bridge: str
    tap: str
    mtu: int
    pci_address: str | None = None          # 0000:00:03.0

    def element(self):
        return node("interface",
                    node("mac", address=self.mac),
                    node("source", bridge=self.bridge),
                    node("target", dev=self.tap),
                    node("model", type="virtio"),
                    node("mtu", size=self.mtu),
                    node("rom", enabled="no"),
                    address.pci(self.pci_address),
                    type="bridge")
