"""Images of real guests: the copy of the disk is whole, in whatever state the guest is, and boots with its data."""
import json
import pathlib
import subprocess

import libvirt
import pytest

from nova_lite import exceptions
from nova_lite.virt.libvirt import layout, qemu_img
from nova_lite.virt.libvirt.xml.disk import copy_target
from nova_lite.virt.libvirt.xml.node import render
from tests.integration.guests import deployed, domains, libvirtd
from tests.integration.test_guests import ready, ssh, value
from tests.waiting import wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


def whole(path: pathlib.Path) -> bool:
    """It needs no other file, is as large as the flavor says, and its tables are right."""
    info = json.loads(subprocess.check_output(["qemu-img", "info", "--output", "json", path]))
    assert (info["format"], info["virtual-size"]) == ("qcow2", 1 << 30)
    return "backing-filename" not in info and qemu_img.is_whole(path)


def copying(host, instance) -> dict:
    with libvirtd() as connection:
        return connection.lookupByUUIDString(instance.uuid).blockJobInfo("vda")


def test_the_disk_is_copied_in_every_state_of_the_guest(host):
    instance = host.instance()
    files = layout.GuestFiles(instance.uuid)
    host.spawn(instance)
    host.wait_for(instance, "LITE ready")
    host.ssh(instance, "echo 'kept' > /home/cirros/note; sync")

    def snapshot(check=lambda: None):
        with host.driver.snapshot(instance, check) as copy:
            assert whole(copy.path) and copy.format == "qcow2"
        assert not files.root_copy.exists() and host.driver.strays() == []
    snapshot()
    assert copying(host, instance) == {} and host.ssh(instance, "cat /home/cirros/note") == "kept\n"
    host.driver.pause(instance)
    snapshot()
    host.driver.unpause(instance)
    host.driver.suspend(instance)
    snapshot()
    host.driver.resume(instance, instance.network_info)
    assert host.ssh(instance, "cat /home/cirros/note") == "kept\n"

    # given up while QEMU mirrors the disk, as it does from before the first look: nothing is left, the guest runs on
    def give_up():
        assert copying(host, instance)
        raise exceptions.BuildAbort(instance_uuid=instance.uuid, reason="a delete waits")
    with pytest.raises(exceptions.BuildAbort):
        snapshot(give_up)
    assert copying(host, instance) == {} and host.driver.strays() == []

    # a service that was killed in the middle: the next start takes the copy away, and QEMU from it
    with libvirtd() as connection:
        connection.lookupByUUIDString(instance.uuid).blockCopy(
            "vda", render(copy_target(str(files.root_copy))), flags=libvirt.VIR_DOMAIN_BLOCK_COPY_TRANSIENT_JOB)
    assert host.driver.strays() == [f"disk copy {files.root_copy}"] and copying(host, instance)
    host.driver.close()
    host.driver.init_host(host.events.append)
    assert host.driver.strays() == [] and copying(host, instance) == {}
    assert host.ssh(instance, "cat /home/cirros/note") == "kept\n"

    host.driver.power_off(instance, 30)
    snapshot()
    host.driver.destroy(instance.uuid, instance.network_info)
    assert host.driver.leftovers() == set()


@pytest.fixture(scope="module")
def deployment():
    with deployed("10.94.0.0/24") as found:
        yield found


def test_an_image_boots_with_the_data_of_its_server(deployment, key):
    run = deployment.openstack
    run("keypair", "create", "--public-key", f"{key}.pub", "mine")

    def boot(name, image):
        run("server", "create", "--image", image, "--flavor", "m1.tiny", "--network", "private", "--key-name", "mine",
            "--wait", name, timeout=300)
        ready(deployment, name)
        server = deployment.connect().compute.get_server(value(deployment, name, "id"))
        return next(iter(server.addresses["private"]))["addr"]
    address = boot("first", "lite-guest")
    ssh(key, address, "echo 'written in the first' > /home/cirros/note; sync")
    run("server", "image", "create", "--name", "copy", "--wait", "first", timeout=300)
    ssh(key, address, "cat /home/cirros/note")                          # it goes on
    image = deployment.connect().image.find_image("copy")
    assert (image.status, image.disk_format, image.min_disk) == ("active", "qcow2", 1)
    assert image.properties["image_type"] == "snapshot"
    run("server", "delete", "--wait", "first")
    assert "written in the first" in ssh(key, boot("second", "copy"), "cat /home/cirros/note")
    run("server", "delete", "--wait", "second")
    assert deployment.audit() == ""


def test_a_shelved_server_comes_back_with_its_data_and_its_address(deployment, key):
    """Offloaded at once, as Nova does by default: nothing of it is left on the host meanwhile."""
    run = deployment.openstack
    run("keypair", "create", "--public-key", f"{key}.pub", "shelver")
    run("server", "create", "--image", "lite-guest", "--flavor", "m1.tiny", "--network", "private", "--key-name",
        "shelver", "--wait", "kept", timeout=300)
    ready(deployment, "kept")
    demo, uuid = deployment.connect(), value(deployment, "kept", "id")
    address = next(iter(demo.compute.get_server(uuid).addresses["private"]))["addr"]
    ssh(key, address, "echo 'before it was shelved' > /home/cirros/note; sync")
    run("server", "shelve", "--wait", "kept", timeout=300)
    wait(lambda: value(deployment, "kept", "status") == "SHELVED_OFFLOADED", 120, deployment.logs)
    assert domains(deployment) == [] and deployment.audit() == ""
    assert demo.image.find_image("kept-shelved").status == "active"

    run("server", "unshelve", "--wait", "kept", timeout=300)
    ready(deployment, "kept")
    assert next(iter(demo.compute.get_server(uuid).addresses["private"]))["addr"] == address
    assert ssh(key, address, "cat /home/cirros/note") == "before it was shelved\n"
    wait(lambda: demo.image.find_image("kept-shelved") is None, 30)
    run("server", "reboot", "--hard", "--wait", "kept", timeout=300)
    ssh(key, address, "cat /home/cirros/note")

    run("server", "shelve", "--wait", "kept", timeout=300)
    run("server", "delete", "--wait", "kept")
    assert demo.image.find_image("kept-shelved") is None and deployment.audit() == ""
