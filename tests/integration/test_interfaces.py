"""Interfaces of real guests, given and taken while they run: the guest says what it sees."""
import json
import re

import pytest

from tests.integration.guests import deployed
from tests.integration.test_guests import console, ready, ssh
from tests.waiting import wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def deployment():
    with deployed("10.94.0.0/24") as found:
        yield found


def devices(key, address) -> list[dict]:
    """As the metadata service tells of them."""
    told = ssh(key, address, "wget -q -O - http://169.254.169.254/openstack/latest/meta_data.json")
    return json.loads(told)["devices"]


def seen(key, address, expected: dict) -> bool:
    """Whether the guest has the devices of {tag: one below /sys/class} where it is told, and is told of no other."""
    found = {device["tags"][0]: device["address"] for device in devices(key, address)}
    paths = {tag: ssh(key, address, f"readlink -f /sys/class/{name}/device") for tag, name in expected.items()}
    assert found.keys() == expected.keys() and all(f"/{found[tag]}/virtio" in paths[tag] for tag in expected), (
        found, paths)
    return True


def test_attach_and_detach_hot(deployment, key):
    run, demo = deployment.openstack, deployment.connect()
    run("keypair", "create", "--public-key", f"{key}.pub", "wired")
    run("network", "create", "backend")
    run("subnet", "create", "--network", "backend", "--subnet-range", "10.95.0.0/24", "behind")
    image, private = demo.image.find_image("lite-guest").id, demo.network.find_network("private").id
    demo.compute.create_server(
        name="wired", image_id=image, flavor_id=demo.compute.find_flavor("m1.tiny").id, key_name="wired",
        networks=[{"uuid": private, "tag": "front"}], config_drive=True,
        block_device_mapping=[{"boot_index": 0, "source_type": "image", "destination_type": "local", "uuid": image,
                               "tag": "system"}])
    ready(deployment, "wired", seconds=300)
    server = demo.compute.find_server("wired")
    address = demo.compute.get_server(server.id).addresses["private"][0]["addr"]
    run("port", "create", "--network", "backend", "--fixed-ip", "ip-address=10.95.0.77", "mine")

    # what the guest is told of its tagged devices is where it has them
    drive = ssh(key, address, "mount -o ro /dev/sr0 /mnt/config; cat /mnt/config/openstack/latest/meta_data.json",
                user="root")
    assert json.loads(drive)["devices"] == devices(key, address) != []
    assert seen(key, address, {"system": "block/vda", "front": "net/eth0"})

    run("--os-compute-api-version", "2.49", "server", "add", "port", "--tag", "back", "wired", "mine")
    wait(lambda: "addr=10.95.0.77/24" in console(deployment, "wired"), 60, lambda: console(deployment, "wired"))
    assert "10.95.0.77" in ssh(key, address, "ip -4 -o addr show eth1")
    assert seen(key, address, {"system": "block/vda", "front": "net/eth0", "back": "net/eth1"})
    run("server", "add", "network", "wired", "private")
    wait(lambda: len(re.findall("net eth2 .*addr=10.94.0", console(deployment, "wired"))) == 1, 60,
         lambda: console(deployment, "wired"))

    # A hard reboot makes the guest anew, with all that it has.
    run("server", "reboot", "--hard", "--wait", "wired")
    ready(deployment, "wired", boots=2)
    assert "10.95.0.77" in ssh(key, address, "ip -4 -o addr")
    assert seen(key, address, {"system": "block/vda", "front": "net/eth0", "back": "net/eth1"})

    run("server", "remove", "port", "wired", "mine")
    wait(lambda: "10.95.0.77" not in ssh(key, address, "ip -4 -o addr"), 60, deployment.logs)
    wait(lambda: demo.network.find_port("mine").device_id == "", 60, deployment.logs)
    run("port", "delete", "mine")
    interfaces = list(demo.compute.server_interfaces(server.id))
    assert len(interfaces) == 2 and {one.port_state for one in interfaces} == {"ACTIVE"}

    # A paused guest cannot let go of a device: it is cut off at once, and gone when the guest goes on.
    second = next(one for one in interfaces if one.fixed_ips[0]["ip_address"] != address)
    device = ssh(key, address, f"grep -l {second.mac_addr} /sys/class/net/*/address").split("/")[-2]
    run("server", "pause", "wired")
    wait(lambda: demo.compute.get_server(server.id).status == "PAUSED", 60, deployment.logs)
    demo.compute.delete_server_interface(second.port_id, server.id)
    wait(lambda: len(list(demo.compute.server_interfaces(server.id))) == 1, 15, deployment.logs)
    assert demo.compute.get_server(server.id).status == "PAUSED" and deployment.audit() == ""
    run("server", "unpause", "wired")
    wait(lambda: device not in ssh(key, address, "ls /sys/class/net").split(), 60, deployment.logs)

    # of a server that is off the next start has it
    run("server", "stop", "wired")
    wait(lambda: demo.compute.get_server(server.id).status == "SHUTOFF", 120, deployment.logs)
    run("server", "add", "network", "wired", "backend")
    run("server", "start", "wired")
    ready(deployment, "wired", boots=3)
    assert "10.95.0." in ssh(key, address, "ip -4 -o addr")
    run("server", "delete", "--wait", "wired")
    assert deployment.audit() == ""
    run("network", "delete", "backend")
