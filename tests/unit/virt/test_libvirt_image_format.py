"""Images that a user could use to read the host's files are told by their first bytes."""
import struct

import pytest

from nova_lite.virt.libvirt import image_format
from nova_lite.virt.libvirt.image_format import UnsafeImage

SIZE = 64 << 20


def qcow2(version=3, backing=0, size=SIZE, crypt=0, incompatible=0, magic=b"QFI\xfb", cluster_bits=16, l1_entries=1):
    head = image_format.HEADER.pack(magic, version, backing, 12 if backing else 0, cluster_bits, size, crypt,
                                    l1_entries, 0, 0, 1, 0, 0)
    return (head + struct.pack(">Q", incompatible)).ljust(512, b"\0")


@pytest.fixture
def image(tmp_path):
    def write(content):
        path = tmp_path / "image"
        path.write_bytes(content)
        return path
    return write


def test_a_plain_qcow2_has_its_virtual_size(image):
    found = image_format.inspect(image(qcow2()), "qcow2")
    assert (found.format, found.virtual_size) == ("qcow2", SIZE)


def test_raw_is_as_large_as_its_file(image):
    assert image_format.inspect(image(b"\0" * 1000), "raw").virtual_size == 1000


@pytest.mark.parametrize("content, declared, reason", [
    (qcow2(backing=200), "qcow2", "backing file"),
    (qcow2(version=2, backing=200), "qcow2", "backing file"),
    (qcow2(incompatible=image_format.EXTERNAL_DATA_FILE), "qcow2", "external data file"),
    (qcow2(incompatible=image_format.EXTERNAL_DATA_FILE | 1), "qcow2", "external data file"),
    (qcow2(incompatible=image_format.CORRUPT), "qcow2", "corrupt"),
    (qcow2(incompatible=1 << 5), "qcow2", "features"),
    (qcow2(incompatible=1 << 63), "qcow2", "features"),
    (qcow2(size=(1 << 63) - 1), "qcow2", "no qcow2 file can be"),
    (qcow2(size=1 << 63), "qcow2", "no qcow2 file can be"),
    (qcow2(cluster_bits=63), "qcow2", "no qcow2 file can be"),
    (qcow2(cluster_bits=0), "qcow2", "no qcow2 file can be"),
    (qcow2(l1_entries=0xFFFFFFFF), "qcow2", "no qcow2 file can be"),
    (qcow2(version=1), "qcow2", "version 1"),
    (qcow2(version=1), "raw", "declared raw but is qcow2"),
    (b"QFI\xfb", "raw", "declared raw but is qcow2"),
    (b"LUKS\xba\xbe\0\1", "raw", "declared raw but is luks"),
    (b"COWD", "raw", "declared raw but is vmdk"),
    (qcow2(crypt=2), "qcow2", "encrypted"),
    (qcow2(crypt=1), "qcow2", "encrypted"),
    (qcow2(version=9), "qcow2", "version 9"),
    (qcow2(size=0), "qcow2", "empty"),
    (qcow2()[:60], "qcow2", "cut off"),
    (qcow2(magic=b"junk"), "qcow2", "declared qcow2 but is not"),
    (qcow2(), "raw", "declared raw but is qcow2"),
    (b"# Disk DescriptorFile\nRW 1 FLAT \"/etc/shadow\"", "raw", "declared raw but is vmdk"),
    (b"KDMV" + b"\0" * 508, "qcow2", "declared qcow2 but is vmdk"),
    (b"", "raw", "empty"),
    (qcow2(), "vmdk", "disk format vmdk"),
    (qcow2(), None, "disk format None"),
])
def test_refused(image, content, declared, reason):
    with pytest.raises(UnsafeImage, match=reason):
        image_format.inspect(image(content), declared)
