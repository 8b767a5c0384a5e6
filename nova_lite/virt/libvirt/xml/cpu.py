"""Which CPU the guest sees."""
import dataclasses

from nova_lite.virt.libvirt.xml.node import node


@dataclasses.dataclass(frozen=True)
class Cpu:
    """``mode`` as in [libvirt] cpu_mode; ``model`` is for custom."""

    mode: str = "none"
    model: str = ""

    def element(self):
        if self.mode == "none":
            return None
        if self.mode == "custom":
            return node("cpu", node("model", text=self.model, fallback="allow"), mode="custom", match="exact")
        return node("cpu", mode=self.mode)
