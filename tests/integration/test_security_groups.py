"""Security groups of real guests: a port is closed, then open, then closed, while the guest runs."""
import socket
import subprocess

import pytest

from tests.integration.guests import deployed
from tests.integration.test_guests import ready, ssh
from tests.waiting import wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def deployment():
    with deployed("10.97.0.0/24", options="[network]\nsecurity_groups = enforce\n") as found:
        yield found


def open_(address: str) -> bool:
    """Whether a new connection to the guest's ssh is answered."""
    try:
        socket.create_connection((address, 22), timeout=2).close()
    except OSError:
        return False
    return True


def greets(address: str) -> bool:
    """Whether it is a guest's ssh that is reached there: there may be somebody outside who takes any connection."""
    try:
        with socket.create_connection((address, 22), timeout=2) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


def hangs_up(connection: socket.socket) -> bool:
    """Whether the guest's ssh does as it is told nonsense; else that does not reach it, or nothing comes back."""
    connection.settimeout(3)
    try:
        connection.sendall(b"SSH-2.0-nonsense\r\n" + b"\xff" * 64)
        while connection.recv(4096):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        pass
    return True


def test_closed_open_and_closed_again(deployment, key):
    run, demo = deployment.openstack, deployment.connect()
    run("keypair", "create", "--public-key", f"{key}.pub", "guarded")
    run("security", "group", "create", "closed")
    for name in ("one", "two"):
        run("server", "create", "--image", "lite-guest", "--flavor", "m1.nano", "--network", "private",
            "--security-group", "closed" if name == "one" else "default", "--key-name", "guarded", "--wait", name,
            timeout=300)
    for name in ("one", "two"):
        assert "metadata uuid=" in ready(deployment, name), "DHCP and metadata are always there"
    one, two = (demo.compute.find_server(name).id for name in ("one", "two"))
    first, second = (demo.compute.get_server(uuid).addresses["private"][0]["addr"] for uuid in (one, two))
    assert open_(second), "the default group lets ssh in here"
    assert not open_(first)
    reach = f"sleep 2 | timeout 5 nc -w 3 {first} 22 | head -c 3"
    assert ssh(key, second, f"{reach}; true").strip() == "", "nor is it for a guest beside it"

    run("security", "group", "rule", "create", "--proto", "tcp", "--dst-port", "22", "--remote-ip", f"{second}/32",
        "closed")
    wait(lambda: "SSH" in ssh(key, second, f"{reach}; true"), 20, deployment.logs)
    assert not open_(first), "the prefix is another's"
    demo.compute.add_security_group_to_server(one, demo.network.find_security_group("default"))
    wait(lambda: open_(first), 20, deployment.logs)
    with socket.create_connection((first, 22), 5) as before, socket.create_connection((first, 22), 5) as after:
        assert hangs_up(before)
        demo.compute.remove_security_group_from_server(one, demo.network.find_security_group("default"))
        wait(lambda: not open_(first), 20, deployment.logs)
        assert not hangs_up(after), "what the group allowed has ended, too"

    # An address of an external network stands for the guest's, from the next look of its host on, whatever restarts.
    admin = deployment.connect("admin")
    outside = admin.network.create_network(name="public", is_router_external=True)
    admin.network.create_subnet(network_id=outside.id, ip_version=4, cidr="203.0.113.0/28")
    floating = demo.network.create_ip(floating_network_id=outside.id)
    run("server", "add", "floating", "ip", "two", floating.floating_ip_address)
    wait(lambda: greets(floating.floating_ip_address), 20, deployment.logs)
    assert ssh(key, floating.floating_ip_address, "hostname").strip() == "two"
    assert deployment.kill("compute") == 1
    assert greets(floating.floating_ip_address)
    run("server", "remove", "floating", "ip", "two", floating.floating_ip_address)
    wait(lambda: not greets(floating.floating_ip_address), 60, deployment.logs)
    run("server", "add", "floating", "ip", "two", floating.floating_ip_address)         # the delete ends it, too
    wait(lambda: greets(floating.floating_ip_address), 20, deployment.logs)

    # What the guest itself may do: everything until the group says less.
    group = demo.network.find_security_group("default")
    outgoing = [rule.id for rule in demo.network.security_group_rules(security_group_id=group.id, direction="egress")]
    for rule in outgoing:
        demo.network.delete_security_group_rule(rule)
    wait(lambda: "SSH" not in ssh(key, second, f"{reach}; true"), 20, deployment.logs)
    assert open_(second), "answers go out, whatever goes out by itself"

    for name in ("one", "two"):
        run("server", "delete", "--wait", name)
    tables = subprocess.run(["nft", "list", "tables"], capture_output=True, text=True, check=True).stdout
    assert "nova_lite_nlt" not in tables
    assert floating.floating_ip_address not in subprocess.run(["ip", "route", "show", "table", "local"],
                                                              capture_output=True, text=True, check=True).stdout
    assert deployment.audit() == ""
