"""Each device's XML, and a whole domain's, against golden files."""
import pathlib

import pytest

from nova_lite.conf import CONF
from nova_lite.models import BlockDevice
from nova_lite.virt import pci
from nova_lite.virt.libvirt import describe, layout
from nova_lite.virt.libvirt.xml import address
from nova_lite.virt.libvirt.xml.boot import Boot
from nova_lite.virt.libvirt.xml.cdrom import Cdrom, bus_for
from nova_lite.virt.libvirt.xml.cpu import Cpu
from nova_lite.virt.libvirt.xml.disk import Disk
from nova_lite.virt.libvirt.xml.graphics import Graphics
from nova_lite.virt.libvirt.xml.interface import Interface
from nova_lite.virt.libvirt.xml.memballoon import Memballoon
from nova_lite.virt.libvirt.xml.metadata import NovaMetadata, OwnMetadata
from nova_lite.virt.libvirt.xml.node import node, render
from nova_lite.virt.libvirt.xml.rescue import RescueDisk
from nova_lite.virt.libvirt.xml.rng import Rng
from nova_lite.virt.libvirt.xml.serial import Serial
from nova_lite.virt.libvirt.xml.sysinfo import Sysinfo
from nova_lite.virt.libvirt.xml.video import Video
from tests.unit import golden
from tests.unit.virt.samples import INSTANCE, UUID, VIF

GOLDEN = pathlib.Path(__file__).parent / "golden"
DEVICES = {
    "disk": Disk("/i/disk", "qcow2", "vda", UUID),
    "rescue-disk": RescueDisk("/i/disk.rescue"),
    "rescue-cdrom": RescueDisk("/i/disk.rescue", "hda", "cdrom", "ide"),
    "cdrom": Cdrom("/i/disk.config"),
    "cdrom-sata": Cdrom("/i/disk.config", "sata"),
    "interface-placed": Interface("fa:16:3e:01:02:03", "nlbrc0ffee00", "tapaabbccdd-ee", 1450, "0000:00:1f.0"),
    "interface": Interface("fa:16:3e:01:02:03", "nlbrc0ffee00", "tapaabbccdd-ee", 1450),
    "serial": Serial("/i/console.log"),
    "graphics": Graphics("127.0.0.1"),
    "video": Video(),
    "rng": Rng(),
    "memballoon": Memballoon(),
    "sysinfo": Sysinfo(UUID, "1.2.3"),
    "boot": Boot("q35"),
    "cpu-custom": Cpu("custom", "Nehalem"),
    "cpu-host-model": Cpu("host-model"),
    "metadata-nova": NovaMetadata("1.2.3", INSTANCE.display_name, INSTANCE.created_at, INSTANCE.flavor,
                                  "user-1", "project-1", INSTANCE.image_ref),
    "metadata-own": OwnMetadata(UUID, 3, "/var/lib/nova-lite/instances"),
}


@pytest.mark.parametrize("name", DEVICES)
def test_device(name):
    golden.compare(GOLDEN / f"{name}.xml", render(DEVICES[name].element()))


def test_no_cpu_element_leaves_the_choice_to_the_hypervisor():
    assert Cpu("none").element() is None


def test_own_metadata_is_read_back_as_written():
    own = OwnMetadata(UUID, 7, "/some/where & <else>")
    assert OwnMetadata.parse(render(own.element())) == own


@pytest.mark.parametrize("text", ["", "<x", "<guest/>", "<guest uuid='u' attempt='x' home='h'/>"])
def test_spoilt_metadata_is_nobodys(text):
    assert OwnMetadata.parse(text) is None


def test_a_name_with_what_xml_cannot_hold_does_not_break_the_domain():
    assert render(node("name", text="a\x00b\x1fc\ud800é")) == "<name>a\ufffdb\ufffdc\ufffdé</name>\n"


def test_q35_has_no_ide():
    assert bus_for("pc-q35-7.2") == "sata"
    assert bus_for("pc") == bus_for("pc-i440fx-7.2") == "ide"


@pytest.fixture
def instances_path(tmp_path):
    CONF.set_override("instances_path", str(tmp_path), "libvirt")
    yield tmp_path
    CONF.clear_override("instances_path", "libvirt")


def test_domain_has_the_disks_that_its_directory_has(instances_path, monkeypatch):
    monkeypatch.setattr(describe, "_version", lambda: "1.2.3")
    files = layout.GuestFiles(UUID)
    files.directory.mkdir()
    for path in (files.root, files.ephemeral, files.swap, files.config_drive):
        path.touch()
    text = describe.domain(INSTANCE, [VIF], "none").xml().replace(str(instances_path), "/instances")
    golden.compare(GOLDEN / "domain.xml", text)

    files.ephemeral.unlink()
    assert [(d.target, d.path) for d in describe.disks(INSTANCE, "none")] == [
        ("vda", str(files.root)), ("vdb", str(files.swap))]


def test_devices_are_where_their_server_says_on_a_machine_with_one_bus(instances_path):
    (instances_path / UUID).mkdir()
    placed = pci.placed(INSTANCE.replace(network_info=(VIF, VIF.replace(id="2")), block_devices=(
        BlockDevice("root", "system"),)))

    def addresses(domain):
        return [address.pci_of(device.element()) for device in domain.devices if isinstance(device, Disk | Interface)]

    assert addresses(describe.domain(placed, placed.network_info, "none")) == [
        "0000:00:03.0", "0000:00:04.0", "0000:00:05.0"]
    # the rescue disk is the first
    assert addresses(describe.rescue_domain(placed, placed.network_info, "none")) == [
        None, "0000:00:04.0", "0000:00:05.0"]
    CONF.set_override("machine_type", "pc-q35-7.2", "libvirt")
    try:
        assert addresses(describe.domain(placed, placed.network_info, "none")) == [None] * 3
    finally:
        CONF.clear_override("machine_type", "libvirt")


def _disks(domain) -> list[tuple]:
    return [(element.find("source").get("file").rpartition("/")[2], element.find("target").get("dev"),
             element.find("target").get("bus"), element.get("device"), element.find("boot") is not None)
            for element in (device.element() for device in domain.devices) if element.tag == "disk"]


def test_a_rescued_domain(instances_path):
    files = layout.GuestFiles(UUID)
    files.directory.mkdir()
    for path in (files.root, files.swap, files.rescue, files.config_drive):
        path.touch()
    domain = describe.rescue_domain(INSTANCE, [VIF], "none")
    drive = ("disk.config", "hdd", "ide", "cdrom", False)
    assert _disks(domain) == [("disk.rescue", "vda", "virtio", "disk", True), ("disk", "vdb", "virtio", "disk", False),
                              drive]
    assert "<boot dev" not in domain.xml(), "either the machine or a disk says what is booted"

    own = [("disk", "vda", "virtio", "disk", False), ("disk.swap", "vdb", "virtio", "disk", False)]
    for device, bus, expected in (
            ("disk", "virtio", ("vdc", "virtio", "disk")), (None, "scsi", ("sdb", "scsi", "disk")),
            ("cdrom", None, ("hda", "ide", "cdrom")), ("cdrom", "sata", ("sdb", "sata", "cdrom")),
            ("floppy", None, ("fda", "fdc", "floppy")), ("disk", "usb", ("sdb", "usb", "disk"))):
        assert _disks(describe.rescue_domain(INSTANCE, [VIF], "none", device, bus)) == [
            *own, ("disk.rescue", *expected, True), drive], (device, bus)

    files.rescue_config_drive.touch()
    assert _disks(describe.rescue_domain(INSTANCE, [], "none"))[-1][0] == "disk.config.rescue"
    assert "disk.rescue" not in describe.domain(INSTANCE, [VIF], "none").xml()


def test_a_path_is_made_of_nothing_but_a_uuid(instances_path):
    with pytest.raises(ValueError):
        _ = layout.GuestFiles("../../etc").directory
