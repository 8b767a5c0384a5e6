"""Where devices are on a guest's bus."""
from nova_lite.models import BlockDevice
from nova_lite.virt import pci
from tests.unit.virt.samples import INSTANCE, UUID, VIF

OTHER = VIF.replace(id="other")


def vif_addresses(instance) -> list:
    return [vif.pci_address for vif in instance.network_info]


def test_the_root_disk_is_before_the_interfaces():
    placed = pci.placed(INSTANCE.replace(network_info=(VIF, OTHER), block_devices=(BlockDevice("root", "system"),)))
    assert placed.block_devices == (BlockDevice("root", "system", UUID, "0000:00:03.0"),)
    assert vif_addresses(placed) == ["0000:00:04.0", "0000:00:05.0"]
    assert pci.placed(placed) == placed
    gone = pci.unplaced(placed)
    assert vif_addresses(gone) == [None, None] and gone.block_devices == (BlockDevice("root", "system", UUID),)


def test_what_has_an_address_keeps_it_and_what_went_leaves_room():
    kept = OTHER.replace(pci_address="0000:00:04.0")
    placed = pci.placed(INSTANCE.replace(network_info=(kept, VIF, VIF.replace(id="third"))))
    assert vif_addresses(placed) == ["0000:00:04.0", "0000:00:03.0", "0000:00:05.0"]


def test_there_is_room_for_so_many():
    found = vif_addresses(pci.placed(INSTANCE.replace(network_info=(VIF,) * 30)))
    assert found[28:] == ["0000:00:1f.0", None] and len(set(found)) == 30
