"""Images that would make QEMU open other files, made by qemu-img itself: refused before any tool opens them."""
import hashlib
import json
import shutil
import subprocess

import pytest

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.models import ImageMeta
from nova_lite.virt.libvirt import qemu_img
from nova_lite.virt.libvirt.images import ImageCache
from tests.unit.virt.test_libvirt_images import Images

pytestmark = [pytest.mark.integration, pytest.mark.skipif(shutil.which("qemu-img") is None, reason="no qemu-img")]
SECRET = b"a file of the host's that no guest may read\n"
MIB = 1 << 20


def qemu(*arguments) -> None:
    subprocess.run(["qemu-img", *map(str, arguments)], check=True, capture_output=True)


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret"
    path.write_bytes(SECRET * 100)
    return path


@pytest.fixture
def opened(monkeypatch):
    """What qemu-img was run with."""
    runs, run = [], qemu_img._run

    def spy(*arguments, **kwargs):
        runs.append(arguments)
        return run(*arguments, **kwargs)
    monkeypatch.setattr(qemu_img, "_run", spy)
    return runs


@pytest.fixture
def base(tmp_path):
    """``base(path, disk_format)``: the file as a host takes it for an image of this format."""
    CONF.set_override("images_cache_path", str(tmp_path / "_base"), "libvirt")

    def take(path, disk_format):
        content = path.read_bytes()
        images = Images(content, disk_format=disk_format, os_hash_value=hashlib.sha512(content).hexdigest())
        assert isinstance(images.meta, ImageMeta)
        cache = ImageCache(images)
        cache.init()
        return cache.base(admin_context(), "i")
    yield take
    CONF.clear_override("images_cache_path", "libvirt")


def backing(path, secret):
    qemu("create", "-f", "qcow2", "-u", "-b", secret, "-F", "raw", path, "1M")


def backing_json(path, secret):
    backing = json.dumps({"driver": "raw", "file": {"driver": "file", "filename": str(secret)}})
    qemu("create", "-f", "qcow2", "-u", "-b", f"json:{backing}", "-F", "raw", path, "1M")


def backing_nbd(path, secret):
    qemu("create", "-f", "qcow2", "-u", "-b", "nbd://127.0.0.1:1/x", "-F", "raw", path, "1M")


def backing_old(path, secret):
    qemu("create", "-f", "qcow2", "-o", "compat=0.10", "-u", "-b", secret, "-F", "raw", path, "1M")


def data_file(path, secret):
    qemu("create", "-f", "qcow2", "-o", f"data_file={path}.data,data_file_raw=on", path, "1M")
    qemu("amend", "-f", "qcow2", "-o", f"data_file={secret}", path)


def flat_vmdk(path, secret):
    path.write_text(f"""# Disk DescriptorFile
version=1
CID=12345678
parentCID=ffffffff
createType="monolithicFlat"

# Extent description
RW 8 FLAT "{secret}" 0

ddb.adapterType = "ide"
""")


def vmdk_parent(path, secret):
    qemu("create", "-f", "vmdk", path, "1M")
    content = path.read_bytes()
    parent = f'parentFileNameHint="{secret}"\n'.encode()
    path.write_bytes(content.replace(b"parentCID=ffffffff", b"parentCID=12345678\n" + parent, 1))


def extent_vmdk(path, secret):
    qemu("create", "-f", "vmdk", "-o", "subformat=twoGbMaxExtentFlat", path, "1M")


def qed_backing(path, secret):
    qemu("create", "-f", "qed", "-u", "-b", secret, "-F", "raw", path, "1M")


def qcow1_backing(path, secret):
    qemu("create", "-f", "qcow", "-u", "-b", secret, "-F", "raw", path, "1M")


@pytest.mark.parametrize("make", [backing, backing_json, backing_nbd, backing_old, data_file, flat_vmdk, vmdk_parent,
                                  extent_vmdk, qed_backing, qcow1_backing])
@pytest.mark.parametrize("claimed", ["qcow2", "raw", "vmdk", "qed", "vdi", "iso", None])
def test_what_names_another_file_is_opened_by_nothing(tmp_path, secret, base, opened, make, claimed):
    path = tmp_path / "image"
    try:
        make(path, secret)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"this qemu-img does not make one: {error.stderr[:200]}")
    with pytest.raises(exceptions.ImageUnacceptable):
        base(path, claimed)
    assert opened == []
    assert [file.name for file in (tmp_path / "_base").iterdir()] == ["i.lock"]


@pytest.mark.parametrize("format", ["vmdk", "vhdx", "vdi", "vpc", "qed", "parallels"])
@pytest.mark.parametrize("claimed", ["qcow2", "raw"])
def test_what_claims_to_be_another_format_is_opened_by_nothing(tmp_path, base, opened, format, claimed):
    path = tmp_path / "image"
    qemu("create", "-f", format, path, "1M")
    with pytest.raises(exceptions.ImageUnacceptable, match=f"declared {claimed} but is"):
        base(path, claimed)
    assert opened == []


@pytest.mark.parametrize("size", [1 << 50, 1 << 53])
def test_a_guest_larger_than_the_host_is_refused(tmp_path, base, opened, size):
    path = tmp_path / "image"
    qemu("create", "-f", "qcow2", "-o", "cluster_size=2M", path, size)
    with pytest.raises(exceptions.ImageUnacceptable, match=f"would see {size} bytes"):
        base(path, "qcow2")
    assert opened == []


def test_what_is_right_is_taken(tmp_path, base, opened):
    for format, options in (("raw", ()), ("qcow2", ()), ("qcow2", ("-o", "compat=0.10")),
                            ("qcow2", ("-o", "compression_type=zstd,extended_l2=on,cluster_size=64K"))):
        shutil.rmtree(tmp_path / "_base", ignore_errors=True)
        path = tmp_path / "image"
        qemu("create", "-f", format, *options, path, "1M")
        found = base(path, format)
        assert (found.format, found.virtual_size) == (format, MIB)
    assert opened
