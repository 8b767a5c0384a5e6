"""The VNC server of a guest's screen."""
import dataclasses

from nova_lite.virt.libvirt.xml.node import node


@dataclasses.dataclass(frozen=True)
class Graphics:
    listen: str

    def element(self):
        return node("graphics", node("listen", type="address", address=self.listen),
                    type="vnc", port=-1, autoport="yes", listen=self.listen)
