"""Interfaces of real guests, given and taken while they run: the guest says what it sees."""
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


def test_attach_and_detach_hot(deployment, key):
    run, demo = deployment.openstack, deployment.connect()
    run("keypair", "create", "--public-key", f"{key}.pub", "wired")
    run("network", "create", "backend")
    run("subnet", "create", "--network", "backend", "--subnet-range", "10.95.0.0/24", "behind")
    run("server", "create", "--image", "lite-guest", "--flavor", "m1.tiny", "--network", "private",
        "--key-name", "wired", "--wait", "wired", timeout=300)
    ready(deployment, "wired")
    server = demo.compute.find_server("wired")
    address = demo.compute.get_server(server.id).addresses["private"][0]["addr"]
    run("port", "create", "--network", "backend", "--fixed-ip", "ip-address=10.95.0.77", "mine")

    run("server", "add", "port", "wired", "mine")
    wait(lambda: "addr=10.95.0.77/24" in console(deployment, "wired"), 60, lambda: console(deployment, "wired"))
    assert "10.95.0.77" in ssh(key, address, "ip -4 -o addr show eth1")
    run("server", "add", "network", "wired", "private")
    wait(lambda: len(re.findall("net eth2 .*addr=10.94.0", console(deployment, "wired"))) == 1, 60,
         lambda: console(deployment, "wired"))

    # A hard reboot makes the guest anew, with all that it has.
    run("server", "reboot", "--hard", "--wait", "wired")
    ready(deployment, "wired", boots=2)
    assert "10.95.0.77" in ssh(key, address, "ip -4 -o addr")

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
