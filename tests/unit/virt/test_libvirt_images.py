"""The image cache: downloaded once, whole and checked, or not there at all."""
import hashlib
import threading

import pytest

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.models import ImageMeta
from nova_lite.virt.libvirt import qemu_img
from nova_lite.virt.libvirt.images import ImageCache
from tests.readable_images import ReadableImages
from tests.unit.virt.test_libvirt_image_format import SIZE, qcow2

CONTENT = qcow2()


class Images(ReadableImages):
    """One image; counts downloads; ``break_after`` chunks it fails."""

    def __init__(self, content=CONTENT, break_after=None, **meta):
        self.content, self.break_after, self.downloads = content, break_after, 0
        self.meta = ImageMeta(**({"id": "i", "disk_format": "qcow2", "size": len(content), "os_hash_algo": "sha512",
                                  "os_hash_value": hashlib.sha512(content).hexdigest()} | meta))

    def get(self, context, image_id):
        return self.meta

    def download(self, context, image_id):
        self.downloads += 1
        for number, start in enumerate(range(0, len(self.content), 100)):
            if number == self.break_after:
                raise exceptions.ServiceUnavailable()
            yield self.content[start:start + 100]


@pytest.fixture
def cache_of(tmp_path, monkeypatch):
    monkeypatch.setattr(qemu_img, "info", lambda path, format: {"format": format, "virtual-size": SIZE})
    monkeypatch.setattr(qemu_img, "is_whole", lambda path: True)
    CONF.set_override("images_cache_path", str(tmp_path / "_base"), "libvirt")

    def make(images):
        cache = ImageCache(images)
        cache.init()
        return cache
    yield make
    CONF.clear_override("images_cache_path", "libvirt")


def test_downloaded_once(cache_of):
    images = Images()
    cache = cache_of(images)
    first, again = cache.base(admin_context(), "i"), cache.base(admin_context(), "i")
    assert images.downloads == 1
    assert first == again
    assert first.path.read_bytes() == CONTENT


def test_downloaded_once_by_many_at_once(cache_of):
    images = Images()
    cache = cache_of(images)
    threads = [threading.Thread(target=cache.base, args=(admin_context(), "i")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert images.downloads == 1


@pytest.mark.parametrize("change, reason", [
    ({"size": len(CONTENT) + 1}, "instead of"),
    ({"size": len(CONTENT) - 1}, "longer than"),
    ({"os_hash_value": "00"}, "hash is not"),
    ({"os_hash_algo": None, "checksum": "00"}, "hash is not"),
])
def test_what_was_cut_off_or_changed_on_its_way_leaves_nothing(cache_of, change, reason):
    """Another host may get it whole."""
    cache = cache_of(Images(**change))
    with pytest.raises(exceptions.ImageDamaged, match=reason):
        cache.base(admin_context(), "i")
    assert [path.name for path in cache.path.iterdir()] == ["i.lock"]


@pytest.mark.parametrize("change, reason", [
    ({"os_hash_algo": "rot13"}, "rot13 is not known"),
    ({"disk_format": "raw"}, "declared raw but is qcow2"),
    ({"disk_format": "iso"}, "disk format iso"),
])
def test_what_is_wrong_leaves_nothing(cache_of, change, reason):
    cache = cache_of(Images(**change))
    with pytest.raises(exceptions.ImageUnacceptable, match=reason):
        cache.base(admin_context(), "i")
    assert [path.name for path in cache.path.iterdir()] == ["i.lock"]


@pytest.mark.parametrize("info", [
    {"format": "qcow2", "virtual-size": SIZE, "backing-filename": "/etc/shadow"},
    {"format": "qcow2", "virtual-size": SIZE, "format-specific": {"data": {"data-file": "x"}}},
    {"format": "qcow2", "virtual-size": SIZE, "format-specific": {"data": {"corrupt": True}}},
    {"format": "vmdk", "virtual-size": SIZE},
])
def test_qemu_img_has_a_say_too(cache_of, monkeypatch, info):
    monkeypatch.setattr(qemu_img, "info", lambda path, format: info)
    with pytest.raises(exceptions.ImageUnacceptable):
        cache_of(Images()).base(admin_context(), "i")


def test_what_qemu_img_finds_corrupt_leaves_nothing(cache_of, monkeypatch):
    monkeypatch.setattr(qemu_img, "is_whole", lambda path: False)
    cache = cache_of(Images())
    with pytest.raises(exceptions.ImageUnacceptable, match="corrupt or cut off"):
        cache.base(admin_context(), "i")
    assert [path.name for path in cache.path.iterdir()] == ["i.lock"]


def test_a_broken_download_is_repeated(cache_of):
    images = Images(break_after=2)
    cache = cache_of(images)
    with pytest.raises(exceptions.ServiceUnavailable):
        cache.base(admin_context(), "i")
    assert not (cache.path / "i").exists()
    images.break_after = None
    assert cache.base(admin_context(), "i").path.read_bytes() == CONTENT


def test_what_a_dead_process_left_is_cleared_away(cache_of):
    cache = cache_of(Images())
    (cache.path / "i.part").write_bytes(b"half")
    (cache.path / "other").write_bytes(b"whole")
    assert cache.strays() == [f"unfinished download {cache.path / 'i.part'}"]
    cache.init()
    assert not (cache.path / "i.part").exists() and cache.strays() == []
    assert (cache.path / "other").exists()


def test_a_download_under_way_is_left_alone(cache_of):
    cache = cache_of(Images())
    with cache._locked("i"):
        (cache.path / "i.part").write_bytes(b"half")
        cache.init()
        assert (cache.path / "i.part").exists() and cache.strays() == []


def test_an_id_cannot_lead_out_of_the_cache(cache_of):
    with pytest.raises(exceptions.ImageUnacceptable):
        cache_of(Images()).base(admin_context(), "../../etc/passwd")
