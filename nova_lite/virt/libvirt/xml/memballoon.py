"""A virtio memory balloon, which also tells of the guest's use of memory."""
import dataclasses

from nova_lite.virt.libvirt.xml.node import node


@dataclasses.dataclass(frozen=True)
class Memballoon:
    period: int = 10                # seconds between statistics

    def element(self):
        return node("memballoon", node("stats", period=self.period), model="virtio")
