"""The machine and what it boots: the ``os`` element."""
import dataclasses

from nova_lite.virt.libvirt.xml.node import node


@dataclasses.dataclass(frozen=True)
class Boot:
    machine: str = "pc"
    arch: str | None = None         # None: libvirt's default, the host's own

    def element(self):
        return node("os", node("type", text="hvm", machine=self.machine, arch=self.arch), node("boot", dev="hd"),
                    node("smbios", mode="sysinfo"))
