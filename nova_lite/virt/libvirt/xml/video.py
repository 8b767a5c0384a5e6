"""The guest's screen."""
import dataclasses

from nova_lite.virt.libvirt.xml.node import node


@dataclasses.dataclass(frozen=True)
class Video:
    model: str = "vga"
    vram_kib: int = 16384

    def element(self):
        return node("video", node("model", type=self.model, vram=self.vram_kib, heads=1))
