"""A virtio random device, fed by the host."""
import dataclasses

from nova_lite.virt.libvirt.xml.node import node


@dataclasses.dataclass(frozen=True)
class Rng:
    source: str = "/dev/urandom"

    def element(self):
        return node("rng", node("backend", model="random", text=self.source), model="virtio")
