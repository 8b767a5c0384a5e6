"""Where a device is on the guest's PCI bus."""
from xml.etree import ElementTree

from nova_lite.virt.libvirt.xml.node import node


def pci(text: str | None) -> ElementTree.Element | None:
    """``text``: as in 0000:00:03.0; None: libvirt chooses."""
    if text is None:
        return None
    domain, bus, rest = text.split(":")
    slot, function = rest.split(".")
    return node("address", type="pci", domain=f"0x{domain}", bus=f"0x{bus}", slot=f"0x{slot}", function=f"0x{function}")


def pci_of(device: ElementTree.Element) -> str | None:
    """The other way round, of a whole device; None when it is on no PCI bus, or nowhere yet."""
    found = device.find("address[@type='pci']")
    if found is None:
        return None
    domain, bus, slot, function = (int(found.get(name, "0"), 0) for name in ("domain", "bus", "slot", "function"))
    return f"{domain:04x}:{bus:02x}:{slot:02x}.{function:x}"
