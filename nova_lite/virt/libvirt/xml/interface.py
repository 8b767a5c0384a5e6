"""A virtio network interface whose tap libvirt makes and puts into a bridge."""
import dataclasses

from nova_lite.virt.libvirt.xml.node import node


@dataclasses.dataclass(frozen=True)
class Interface:
    """Without an option ROM: guests boot from disk, and the ROM's own start costs seconds under emulation."""

    mac: str
    bridge: str
    tap: str
    mtu: int

    def element(self):
        return node("interface",
                    node("mac", address=self.mac),
                    node("source", bridge=self.bridge),
                    node("target", dev=self.tap),
                    node("model", type="virtio"),
                    node("mtu", size=self.mtu),
                    node("rom", enabled="no"),
                    type="bridge")
