"""The way to an agent inside the guest; libvirt chooses the socket on the host."""
import dataclasses

from nova_lite.virt.libvirt.xml.node import node

AGENT = "org.qemu.guest_agent.0"


@dataclasses.dataclass(frozen=True)
class Channel:
    name: str = AGENT

    def element(self):
        return node("channel", node("target", type="virtio", name=self.name), type="unix")
