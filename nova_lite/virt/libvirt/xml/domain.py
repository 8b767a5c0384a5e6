"""The whole domain."""
import dataclasses

from nova_lite.virt.libvirt.xml.boot import Boot
from nova_lite.virt.libvirt.xml.cpu import Cpu
from nova_lite.virt.libvirt.xml.metadata import NovaMetadata, OwnMetadata
from nova_lite.virt.libvirt.xml.node import Device, node, render
from nova_lite.virt.libvirt.xml.sysinfo import Sysinfo


@dataclasses.dataclass(frozen=True)
class Domain:
    """``virt_type``: kvm or qemu; ``memory_mb`` in MiB."""

    name: str
    virt_type: str
    memory_mb: int
    vcpus: int
    own: OwnMetadata
    nova: NovaMetadata
    sysinfo: Sysinfo
    boot: Boot
    cpu: Cpu
    devices: tuple[Device, ...]

    def xml(self) -> str:
        return render(node(
            "domain",
            node("name", text=self.name),
            node("uuid", text=self.own.uuid),
            node("metadata", self.nova.element(), self.own.element()),
            node("memory", text=self.memory_mb, unit="MiB"),
            node("vcpu", text=self.vcpus),
            self.sysinfo.element(),
            self.boot.element(),
            # without ACPI a guest does not see the power button, so it could not be asked to shut down
            node("features", node("acpi"), node("apic")),
            self.cpu.element(),
            node("clock", offset="utc"),
            node("on_poweroff", text="destroy"),
            node("on_reboot", text="restart"),
            node("on_crash", text="destroy"),
            node("devices", *(device.element() for device in self.devices)),
            type=self.virt_type))
