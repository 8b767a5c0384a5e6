"""Where a guest's devices are on its PCI bus: said before the guest is defined, so that its metadata may tell of it.

Called by the virt drivers whose guests are of a machine with one PCI bus.  A device stays where it is as long as its
guest has it, whatever comes and goes beside it: names like enp0s3 are made of that.
"""
from collections.abc import Iterable, Iterator

from nova_lite.models import Instance
from nova_lite.models.block_device import ROOT

FIRST, LAST = 3, 31             # the host bridge, the chipset's own devices and the screen are below


def address(slot: int) -> str:
    return f"0000:00:{slot:02x}.0"


def free(taken: Iterable[str | None]) -> Iterator[str]:
    """The lowest first."""
    taken = set(taken)
    return (found for found in map(address, range(FIRST, LAST + 1)) if found not in taken)


def placed(instance: Instance) -> Instance:
    """With an address for each interface and for the root disk, if that has a tag; those that have one keep it.

    The disk is before the interfaces: disks of which nothing is said come behind all of them, so it stays the first.
    The server that has more devices than there is room for has some of which the hypervisor decides.
    """
    disks = instance.block_devices or ()
    slots = free(device.pci_address for device in (*disks, *instance.network_info))
    disks = tuple(disk.replace(pci_address=disk.pci_address or next(slots, None), serial=instance.uuid)
                  if disk.name == ROOT else disk for disk in disks)
    vifs = tuple(vif.replace(pci_address=vif.pci_address or next(slots, None)) for vif in instance.network_info)
    return instance.replace(network_info=vifs, block_devices=disks)


def unplaced(instance: Instance) -> Instance:
    """Of a guest whose hypervisor decides."""
    return instance.replace(
        network_info=tuple(vif.replace(pci_address=None) for vif in instance.network_info),
        block_devices=tuple(disk.replace(pci_address=None, serial=instance.uuid) if disk.name == ROOT else disk
                            for disk in instance.block_devices or ()))
