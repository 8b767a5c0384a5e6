"""Networks and security groups until 2.35: the network service's, in Nova's old words."""
import pytest

from nova_lite.api.schemas.networks import ADMIN_FIELDS
from tests.functional.api.server_fixtures import NETWORK, OTHER

GROUPS, RULES = "/os-security-groups", "/os-security-group-rules"
NOBODY = "9a7b1c7e-0f0e-4a39-8a3c-4d0f5a2f7d10"


@pytest.mark.parametrize("version", ["2.1", "2.35"])
def test_networks(client, admin, version):
    [network] = client.at(version).get("/os-networks")["networks"]
    assert network["id"] == NETWORK and network["label"] == "private" and network["cidr"] is None
    assert client.at(version).get(f"/os-networks/{NETWORK}") == {"network": network}
    assert admin.get(f"/os-networks/{NETWORK}")["network"] == network | dict.fromkeys(ADMIN_FIELDS)
    own = {"id": NETWORK, "label": "private", "cidr": "None"}
    assert client.at(version).get("/os-tenant-networks") == {"networks": [own]}
    assert client.at(version).get(f"/os-tenant-networks/{NETWORK}") == {"network": own}


@pytest.mark.parametrize("path", ["/os-networks", "/os-tenant-networks", GROUPS])
def test_gone_from_236_on(client, path):
    assert client.at("2.36")("GET", path).status_int == 404
    assert client.at("2.36")("GET", f"{path}/{NETWORK}").status_int == 404


@pytest.mark.parametrize("identifier", ["x", NOBODY])
def test_no_such_network(client, identifier):
    for path in ("/os-networks", "/os-tenant-networks"):
        assert client.refused("GET", f"{path}/{identifier}", 404) == "Network not found"


def test_another_projects_network_is_not_there(client, admin, embedded_client):
    made = embedded_client.post("/network/v2.0/networks", {"network": {"name": "mine"}}, code=201)["network"]
    assert client.get(f"/os-networks/{made['id']}")["network"]["label"] == "mine"
    client.as_user("bob", OTHER).refused("GET", f"/os-networks/{made['id']}", 404)
    assert [n["id"] for n in client.as_user("bob", OTHER).get("/os-networks")["networks"]] == [NETWORK]
    assert made["id"] in [network["id"] for network in admin.get("/os-networks")["networks"]]


# -- security groups ---------------------------------------------------------------------------------------
@pytest.fixture
def group(client):
    return client.post(GROUPS, {"security_group": {"name": "g", "description": "d"}}, code=200)["security_group"]


def _rule(group, **values):
    return {"security_group_rule": {"parent_group_id": group["id"], **values}}


@pytest.mark.parametrize("version", ["2.1", "2.35"])
def test_a_groups_life(client, version):
    client = client.at(version)
    made = client.post(GROUPS, {"security_group": {"name": "g", "description": "d"}}, code=200)["security_group"]
    assert made == {"id": made["id"], "name": "g", "description": "d", "tenant_id": made["tenant_id"], "rules": []}
    assert client.get(f"{GROUPS}/{made['id']}") == {"security_group": made}
    assert [group["name"] for group in client.get(GROUPS)["security_groups"]] == ["default", "g", "web"]
    changed = client.put(f"{GROUPS}/{made['id']}", {"security_group": {"name": "h", "description": ""}})
    assert changed == {"security_group": made | {"name": "h", "description": ""}}
    client.delete(f"{GROUPS}/{made['id']}", code=202)
    client.refused("GET", f"{GROUPS}/{made['id']}", 404)
    client.refused("DELETE", f"{GROUPS}/{made['id']}", 404)


def test_groups_by_page_and_of_all_projects(client, admin, group):
    assert len(client.get(f"{GROUPS}?limit=2&offset=1")["security_groups"]) == 2
    client.as_user("bob", OTHER).post(GROUPS, {"security_group": {"name": "theirs", "description": ""}}, code=200)
    assert "theirs" in [g["name"] for g in admin.get(f"{GROUPS}?all_tenants")["security_groups"]]
    for mine in (client.get(f"{GROUPS}?all_tenants=1"), client.get(GROUPS)):
        assert "theirs" not in [g["name"] for g in mine["security_groups"]]
    for method, body in (("GET", None), ("PUT", {"security_group": {"name": "x", "description": ""}}),
                         ("DELETE", None)):
        client.as_user("bob", OTHER).refused(method, f"{GROUPS}/{group['id']}", 404, body)
    client.as_user("bob", OTHER).refused("POST", RULES, 404, _rule(group, ip_protocol="tcp", from_port=1, to_port=2))


@pytest.mark.parametrize(("asked", "told"), [
    ({"ip_protocol": "tcp", "from_port": "22", "to_port": 23}, ("tcp", 22, 23, "0.0.0.0/0")),
    ({"ip_protocol": "UDP", "from_port": 1, "to_port": 65535, "cidr": "10.0.0.0/8"}, ("udp", 1, 65535, "10.0.0.0/8")),
    ({"ip_protocol": "icmp", "from_port": -1, "to_port": -1}, ("icmp", -1, -1, "0.0.0.0/0")),
    ({"ip_protocol": "icmp", "from_port": 8, "to_port": 0, "cidr": "::/0"}, ("icmp", 8, 0, "::/0"))])
def test_a_rule(client, group, asked, told):
    rule = client.post(RULES, _rule(group, **asked), code=200)["security_group_rule"]
    assert (rule["ip_protocol"], rule["from_port"], rule["to_port"], rule["ip_range"]["cidr"]) == told
    assert rule["group"] == {} and rule["parent_group_id"] == group["id"]
    assert client.get(f"{GROUPS}/{group['id']}")["security_group"]["rules"] == [rule]
    client.refused("POST", RULES, 400, _rule(group, **asked))                    # there is one like it
    client.delete(f"{RULES}/{rule['id']}", code=202)
    assert client.get(f"{GROUPS}/{group['id']}")["security_group"]["rules"] == []
    client.refused("DELETE", f"{RULES}/{rule['id']}", 404)


@pytest.mark.parametrize(("asked", "told"), [
    ({}, (None, None, None)), ({"ip_protocol": "tcp"}, ("tcp", 1, 65535)), ({"ip_protocol": "icmp"}, ("icmp", -1, -1)),
    ({"ip_protocol": "tcp", "from_port": 22, "to_port": 22}, ("tcp", 22, 22))])
def test_a_rule_that_lets_in_a_group(client, group, asked, told):
    rule = client.post(RULES, _rule(group, group_id=group["id"], **asked), code=200)["security_group_rule"]
    assert (rule["ip_protocol"], rule["from_port"], rule["to_port"]) == told
    assert rule["group"] == {"name": "g", "tenant_id": group["tenant_id"]} and rule["ip_range"] == {}
    assert client.get(GROUPS)["security_groups"][1]["rules"] == [rule]


@pytest.mark.parametrize(("asked", "text"), [
    ({}, "Not enough parameters to build a valid rule."), ({"ip_protocol": "tcp", "from_port": 1}, "Not enough"),
    ({"ip_protocol": "gre", "from_port": 1, "to_port": 1}, "Invalid IP protocol gre."),
    ({"ip_protocol": "tcp", "from_port": 2, "to_port": 1}, "Former value cannot be greater than the later"),
    ({"ip_protocol": "tcp", "from_port": 0, "to_port": 1}, "between 1-65535"),
    ({"ip_protocol": "udp", "from_port": 1, "to_port": 65536}, "between 1-65535"),
    ({"ip_protocol": "icmp", "from_port": 256, "to_port": 0}, "must be valid"),
    ({"ip_protocol": "tcp", "from_port": "x", "to_port": 1}, "must be integers"),
    ({"ip_protocol": "tcp", "from_port": 1, "to_port": 1, "cidr": "10.0.0.0"}, "is not a valid CIDR"),
    ({"ip_protocol": "tcp", "from_port": 1, "to_port": 1, "cidr": "10.0.0.0/0"}, "Bad prefix"),
    ({"ip_protocol": "tcp", "from_port": 1, "to_port": 1, "group_id": "x"}, "group_id")])
def test_a_rule_that_cannot_be(client, group, asked, text):
    assert text in client.refused("POST", RULES, 400, _rule(group, **asked))


def test_what_is_refused(client, group):
    assert client.refused("GET", f"{GROUPS}/x", 400) == "Security group id should be uuid"
    client.refused("DELETE", f"{RULES}/x", 400)
    client.refused("POST", GROUPS, 400, {"security_group": {"name": "x" * 256, "description": ""}})
    client.refused("POST", GROUPS, 400, {"security_group": {"name": "x"}})
    client.refused("POST", RULES, 404, _rule({"id": NOBODY}, ip_protocol="tcp", from_port=1, to_port=1))
    client.refused("POST", RULES, 404, _rule(group, group_id=NOBODY))
    default = client.get(GROUPS)["security_groups"][0]
    client.refused("DELETE", f"{GROUPS}/{default['id']}", 400)


def test_a_group_in_use_is_kept(client, embedded_client, group):
    embedded_client.post("/network/v2.0/ports", {"port": {
        "network_id": NETWORK, "security_groups": [group["id"]]}}, code=201)
    assert "in use" in client.refused("DELETE", f"{GROUPS}/{group['id']}", 400)
