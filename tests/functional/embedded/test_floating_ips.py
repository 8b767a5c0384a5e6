"""Floating IPs and the external networks that they are of."""
import pytest

NEUTRON = "/network/v2.0"


def _call(services, method, path, user="demo", code=200, **body):
    answer = services.call(method, f"{NEUTRON}/{path}", user, json=body or None)
    assert answer.status_code == code, answer.text
    return answer.json() if answer.content else None


@pytest.fixture
def public(services):
    """The id of an external network with 5 addresses."""
    made = _call(services, "POST", "networks", "admin", 201, network={"name": "public", "router:external": True})
    _call(services, "POST", "subnets", "admin", 201, subnet={
        "network_id": made["network"]["id"], "cidr": "172.24.4.0/29", "ip_version": 4, "enable_dhcp": False})
    return made["network"]["id"]


@pytest.fixture
def port(services):
    """A port of demo's with one address."""
    network = _call(services, "POST", "networks", code=201, network={"name": "n"})["network"]["id"]
    _call(services, "POST", "subnets", code=201, subnet={"network_id": network, "cidr": "10.0.0.0/29", "ip_version": 4})
    return _call(services, "POST", "ports", code=201, port={"network_id": network})["port"]


def _floating(services, network, user="demo", code=201, **values):
    answer = _call(services, "POST", "floatingips", user, code, floatingip={"floating_network_id": network, **values})
    return answer.get("floatingip")


def test_external_networks_are_seen_by_all_and_used_by_admins(services, public):
    [seen] = _call(services, "GET", "networks?router%3Aexternal=True")["networks"]
    assert seen["id"] == public and seen["router:external"] is True and seen["shared"] is False
    assert _call(services, "GET", "networks?router%3Aexternal=False")["networks"] == []
    _call(services, "POST", "ports", code=403, port={"network_id": public})
    _call(services, "POST", "networks", code=403, network={"router:external": True})
    _floating(services, public)
    _call(services, "PUT", f"networks/{public}", "admin", 409, network={"router:external": False})
    _call(services, "DELETE", f"networks/{public}", "admin", 409)


def test_the_life_of_a_floating_ip(services, public, port):
    made = _floating(services, public, description="d")
    assert (made["status"], made["port_id"], made["fixed_ip_address"], made["router_id"]) == ("DOWN", None, None, None)
    assert made["floating_ip_address"].startswith("172.24.4.")
    path = f"floatingips/{made['id']}"
    tied = _call(services, "PUT", path, floatingip={"port_id": port["id"]})["floatingip"]
    assert (tied["status"], tied["port_id"]) == ("ACTIVE", port["id"])
    assert tied["fixed_ip_address"] == port["fixed_ips"][0]["ip_address"]
    assert _call(services, "GET", path)["floatingip"] == tied
    for query in (f"port_id={port['id']}", f"floating_ip_address={made['floating_ip_address']}", "status=ACTIVE",
                  f"fixed_ip_address={tied['fixed_ip_address']}", f"floating_network_id={public}"):
        assert [item["id"] for item in _call(services, "GET", f"floatingips?{query}")["floatingips"]] == [made["id"]]
    assert _call(services, "GET", "floatingips?status=DOWN")["floatingips"] == []
    loose = _call(services, "PUT", path, floatingip={"port_id": None})["floatingip"]
    assert (loose["status"], loose["port_id"], loose["fixed_ip_address"]) == ("DOWN", None, None)
    _call(services, "DELETE", path, code=204)
    _call(services, "GET", path, code=404)
    assert _call(services, "GET", f"ports?network_id={public}", "admin")["ports"] == []


def test_a_port_that_goes_leaves_its_floating_ip(services, public, port):
    made = _floating(services, public, port_id=port["id"])
    _call(services, "DELETE", f"ports/{port['id']}", code=204)
    left = _call(services, "GET", f"floatingips/{made['id']}")["floatingip"]
    assert (left["status"], left["port_id"], left["fixed_ip_address"]) == ("DOWN", None, None)


def test_what_is_refused(services, public, port):
    _floating(services, port["network_id"], code=400)                       # not an external network
    _floating(services, port["id"], code=404)
    _floating(services, public, code=400, port_id=port["id"], fixed_ip_address="10.0.0.77")
    _floating(services, public, code=404, port_id=public)
    _floating(services, public, code=403, floating_ip_address="172.24.4.3")
    chosen = _floating(services, public, "admin", floating_ip_address="172.24.4.3")
    assert chosen["floating_ip_address"] == "172.24.4.3"
    _call(services, "GET", f"floatingips/{chosen['id']}", code=404)          # another project's
    first = _floating(services, public, port_id=port["id"])
    _floating(services, public, code=409, port_id=port["id"])                # that address has one
    _call(services, "PUT", f"floatingips/{first['id']}", code=400, floatingip={"port_id": None,
                                                                               "fixed_ip_address": "10.0.0.2"})
    [own] = _call(services, "GET", f"ports?device_id={first['id']}", "admin")["ports"]
    assert own["device_owner"] == "network:floatingip"
    _call(services, "DELETE", f"ports/{own['id']}", "admin", 409)
    assert _call(services, "GET", f"ports?device_id={first['id']}")["ports"] == []


def test_no_more_addresses(services, public):
    for _ in range(5):
        _floating(services, public)
    _floating(services, public, code=409)
