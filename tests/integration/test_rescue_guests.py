"""Rescue of a real guest: it boots from another disk with its own beside it, and what is written there is kept."""
from xml.etree import ElementTree

import libvirt
import pytest

from tests.integration.guests import deployed
from tests.integration.test_guests import console, ready, ssh, value
from tests.waiting import wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
MARK = "/home/cirros/mark"
# As root, at the first boot of each disk.
USER_DATA = f"""#!/bin/sh
if [ -b /dev/vdb1 ]; then
    mkdir -p /tmp/own && mount /dev/vdb1 /tmp/own && echo "second disk: $(cat /tmp/own{MARK})"
    echo mended > /tmp/own{MARK}
    umount /tmp/own && sync
fi
"""


@pytest.fixture(scope="module")
def deployment():
    with deployed("10.95.0.0/24") as found:
        yield found


def disks(uuid: str) -> list[tuple[str, str, str]]:
    """(file, target, bus) of the domain's disks."""
    connection = libvirt.open("qemu:///system")
    try:
        root = ElementTree.fromstring(connection.lookupByUUIDString(uuid).XMLDesc())
    finally:
        connection.close()
    return [(disk.find("source").get("file").rpartition("/")[2], disk.find("target").get("dev"),
             disk.find("target").get("bus")) for disk in root.iter("disk")]


def boots(deployment) -> int:
    return console(deployment, "sick").count("LITE ready")


def act(deployment, status: str, *words: str) -> None:
    """An action that boots it, and the wait for the guest's word of that."""
    before = boots(deployment)
    deployment.openstack("server", *words, "sick")
    wait(lambda: value(deployment, "sick", "status") == status, 120, lambda: f"{words}\n{deployment.logs()}")
    ready(deployment, "sick", boots=before + 1)


def test_its_own_disk_is_mended_from_the_rescue_image(deployment, key, tmp_path):
    run, script = deployment.openstack, tmp_path / "user_data"
    script.write_text(USER_DATA)
    run("keypair", "create", "--public-key", f"{key}.pub", "sick")
    run("server", "create", "--image", "lite-guest", "--flavor", "m1.tiny", "--network", "private", "--key-name",
        "sick", "--use-config-drive", "--user-data", str(script), "--wait", "sick", timeout=300)
    ready(deployment, "sick")
    server = deployment.connect().compute.get_server(value(deployment, "sick", "id"))
    address = server.addresses["private"][0]["addr"]
    ssh(key, address, f"echo mine > {MARK} && sync")

    act(deployment, "RESCUE", "rescue")
    assert disks(server.id)[:2] == [("disk.rescue", "vda", "virtio"), ("disk", "vdb", "virtio")]
    assert ssh(key, address, f"ls {MARK} 2>/dev/null || echo another disk").strip() == "another disk"
    assert "second disk: mine" in console(deployment, "sick")
    act(deployment, "ACTIVE", "unrescue")
    assert [name for name, *_ in disks(server.id)] == ["disk", "disk.config"]
    assert ssh(key, address, f"cat {MARK}").strip() == "mended"

    # With an image that says how its disk is to be attached, the server's own disks stay where they are.
    images = deployment.connect("admin").image
    image = images.find_image("lite-guest")
    images.update_image(image, hw_rescue_device="disk", hw_rescue_bus="virtio")
    run("server", "stop", "sick")
    wait(lambda: value(deployment, "sick", "status") == "SHUTOFF", 120, deployment.logs)
    act(deployment, "RESCUE", "rescue", "--image", image.id)
    assert disks(server.id)[:2] == [("disk", "vda", "virtio"), ("disk.rescue", "vdb", "virtio")]
    run("server", "delete", "--wait", "sick")
    assert deployment.audit() == ""
