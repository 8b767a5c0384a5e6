"""What the guest's firmware tables say: cloud-init looks at the product's name to know where it is."""
import dataclasses

from nova_lite.virt.libvirt.xml.node import node


@dataclasses.dataclass(frozen=True)
class Sysinfo:
    uuid: str
    version: str

    def element(self):
        entries = {"manufacturer": "OpenStack Foundation", "product": "OpenStack Nova", "version": self.version,
                   "serial": self.uuid, "uuid": self.uuid, "family": "Virtual Machine"}
        return node("sysinfo", node("system", *(node("entry", name=k, text=v) for k, v in entries.items())),
                    type="smbios")
