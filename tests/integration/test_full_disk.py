"""A disk that fills up during a build: a clear error, nothing left, and the next build works once there is space.

The disk is a small tmpfs of the test's own.
"""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

from nova_lite import exceptions
from nova_lite.network.host import links, names
from tests.integration import guest_host
from tests.integration.deployment import Deployment
from tests.integration.guest_host import Host
from tests.waiting import wait

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not guest_host.IMAGE, reason="NOVA_LITE_TEST_GUEST_IMAGE names no image"),
    pytest.mark.skipif(os.geteuid() != 0, reason="mounts and bridges need root"),
]
MIB = 1 << 20
FULL = "No space left on device"


@contextlib.contextmanager
def small_disk():
    """A directory on a tmpfs of 128 MiB."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="nova-lite-test-disk-"))
    subprocess.check_call(["mount", "-t", "tmpfs", "-o", "size=128m,mode=0711", "tmpfs", path])
    try:
        yield path
    finally:
        subprocess.check_call(["umount", "--lazy", path])
        path.rmdir()


@contextlib.contextmanager
def only(free: int, disk: pathlib.Path):
    """In the block ``disk`` has ``free`` bytes left."""
    filler = disk / "filler"
    try:
        with open(filler, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - free)
        yield
    finally:
        filler.unlink()


@pytest.fixture(scope="module")
def disk():
    with small_disk() as path:
        yield path


@pytest.fixture(scope="module")
def host(disk):
    found = Host(disk)
    found.start()
    try:
        yield found
    finally:
        found.stop()


@pytest.fixture
def refused(host, disk):
    """``refused(free, text)``: a build fails for want of space, says ``text``, and leaves nothing."""
    def build(free: int, text: str, instance=None, **request):
        instance = instance or host.instance()
        with only(free, disk), pytest.raises(exceptions.NovaLiteError, match=text) as caught:
            host.spawn(instance, **request)
        # another host may have the space, so it is not for this one to give up the server
        assert not isinstance(caught.value, exceptions.BuildAbort)
        assert "\n" not in str(caught.value)
        assert host.driver.guest(instance.uuid) is None and host.driver.leftovers() == set()
        assert not links.exists(names.tap(instance.network_info[0]))
        return instance
    return build


def test_the_download_of_the_image(host, disk, refused):
    instance = refused(4 * MIB, rf"images_cache_path {disk}/_base: {FULL}")
    assert [path.name for path in (disk / "_base").iterdir()] == ["guest.lock"]
    host.spawn(instance)                                    # the same order again, now that there is space
    host.driver.destroy(instance.uuid)
    assert {path.name for path in (disk / "_base").iterdir()} == {"guest.lock", "guest"}


def test_the_root_disk(refused):
    refused(MIB // 16, f"qemu-img create failed: .*{FULL}")


def test_the_config_drive(refused):
    refused(2 * MIB, f"/instances/.*: {FULL}", files={"/big": os.urandom(4 * MIB)})


@pytest.mark.timeout(300)
def test_the_server_is_in_error_with_a_fault():
    with small_disk() as disk, Deployment(virt="libvirt", options=f"[libvirt]\nimages_cache_path = {disk}") as cloud:
        cloud.furnish(pathlib.Path(guest_host.IMAGE))
        demo, admin = cloud.connect(), cloud.connect("admin")
        image, flavor = demo.image.find_image("lite-guest"), demo.compute.find_flavor("m1.nano")
        with only(4 * MIB, disk):
            server = demo.compute.create_server(name="unlucky", image_id=image.id, flavor_id=flavor.id, networks=[
                {"uuid": demo.network.find_network("private").id}])
            wait(lambda: demo.compute.get_server(server).status == "ERROR", 120)
        fault = admin.compute.get_server(server).fault
        assert fault["code"] == 500 and "Exhausted all hosts" in fault["message"]
        assert f"images_cache_path {disk}: {FULL}" in fault["details"]
        assert [path.suffix for path in disk.iterdir()] == [".lock"]
        demo.compute.delete_server(server)
        demo.compute.wait_for_delete(server, wait=60)
        assert cloud.audit() == ""
