"""``server add`` and ``server remove`` of ports, networks and addresses: what is sent and printed."""
import json

import pytest

from .conftest import SERVER_ID

PATH = f"/servers/{SERVER_ID}/os-interface"
ATTACHED = {"net_id": "n1", "port_id": "p1", "mac_addr": "fa:16:3e:00:00:01", "port_state": "ACTIVE",
            "fixed_ips": [{"subnet_id": "s1", "ip_address": "10.0.3.7"}], "tag": None}


@pytest.fixture
def networks(cloud):
    cloud.network("GET", "/networks", {"networks": [{"id": "n1", "name": "backend"}]})
    cloud.network("GET", "/networks/backend", (404, {}))
    cloud.network("GET", "/ports", {"ports": [{"id": "p1", "name": "mine"}]})
    cloud.network("GET", "/ports/mine", (404, {}))
    cloud.compute("POST", PATH, {"interfaceAttachment": ATTACHED})
    return cloud


@pytest.mark.parametrize("words, body", [
    (("port", SERVER_ID, "mine"), {"port_id": "p1"}),
    (("network", SERVER_ID, "backend"), {"net_id": "n1"}),
    (("fixed", "ip", SERVER_ID, "backend"), {"net_id": "n1"}),
    (("fixed", "ip", SERVER_ID, "backend", "--fixed-ip-address", "10.0.3.7"),
     {"net_id": "n1", "fixed_ips": [{"ip_address": "10.0.3.7"}]}),
])
def test_add(networks, run, words, body):
    code, out, err = run("server", "add", *words, "-f", "json")
    assert (code, err) == (0, "")
    assert json.loads(out)["port_id"] == "p1"
    assert networks.asked("POST", "/compute/v2.1" + PATH)[0].body == {"interfaceAttachment": body}


def test_a_tag_needs_its_version(networks, run):
    assert "2.49" in run("server", "add", "port", SERVER_ID, "mine", "--tag", "x")[2]
    networks.announce("2.70")
    assert run("server", "add", "port", SERVER_ID, "mine", "--tag", "x")[0] == 0
    assert networks.asked("POST", "/compute/v2.1" + PATH)[0].body["interfaceAttachment"]["tag"] == "x"


def test_remove(networks, run):
    networks.compute("DELETE", f"{PATH}/p1", (202, None))
    assert run("server", "remove", "port", SERVER_ID, "mine")[0] == 0
    networks.compute("GET", PATH, {"interfaceAttachments": [ATTACHED, {**ATTACHED, "net_id": "n2", "port_id": "p2"}]})
    assert run("server", "remove", "network", SERVER_ID, "backend")[0] == 0
    assert len(networks.asked("DELETE", f"/compute/v2.1{PATH}/p1")) == 2
    networks.compute("GET", PATH, {"interfaceAttachments": []})
    assert "is not in network" in run("server", "remove", "network", SERVER_ID, "backend")[2]


@pytest.mark.parametrize("verb, action", [("add", "addSecurityGroup"), ("remove", "removeSecurityGroup")])
def test_security_groups(cloud, run, verb, action):
    cloud.compute("POST", f"/servers/{SERVER_ID}/action", (202, None))
    assert run("server", verb, "security", "group", SERVER_ID, "web")[0] == 0
    assert cloud.asked("POST", f"/compute/v2.1/servers/{SERVER_ID}/action")[0].body == {action: {"name": "web"}}
