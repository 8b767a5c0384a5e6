"""The machine and what it boots: the ``os`` element."""
import dataclasses

from nova_lite.virt.libvirt.xml.node import node


@dataclasses.dataclass(frozen=True)
class Boot:
    """``device``: None where a device says itself that it is booted from."""

    machine: str = "pc"
    arch: str | None = None         # None: libvirt's default, the host's own
    device: str | None = "hd"

    def element(self):
        return node("os", node("type", text="hvm", machine=self.machine, arch=self.arch),
                    node("boot", dev=self.device) if self.device else None,
                    node("smbios", mode="sysinfo"))
