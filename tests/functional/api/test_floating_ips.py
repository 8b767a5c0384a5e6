"""Floating IPs of before 2.44: the network service's, in Nova's old words."""
import pytest

from nova_lite.context import admin_context
from nova_lite.embedded.network import compute_events
from nova_lite.models import FloatingAddress
from nova_lite.network.neutron import NeutronClient
from tests.functional.api.server_fixtures import OTHER
from tests.waiting import wait

PATH, POOLS = "/os-floating-ips", "/os-floating-ip-pools"
UUID = "0e44cc9c-e052-415d-afbf-000000000001"
ACTION = f"/servers/{UUID}/action"
NOBODY = "9a7b1c7e-0f0e-4a39-8a3c-4d0f5a2f7d10"


@pytest.fixture
def public(embedded_client):
    """An external network with 5 addresses."""
    admin = embedded_client.as_user("admin")
    made = admin.post("/network/v2.0/networks", {"network": {"name": "public", "router:external": True}}, code=201)
    admin.post("/network/v2.0/subnets", {"subnet": {
        "network_id": made["network"]["id"], "cidr": "172.24.4.0/29", "ip_version": 4}}, code=201)


def _taken(client, **body):
    return client.at("2.35").post(PATH, body, code=200)["floating_ip"]


def _shown(client, server=UUID):
    """The floating addresses that the server shows."""
    addresses = client.get(f"/servers/{server}")["server"]["addresses"]
    return [item["addr"] for entries in addresses.values() for item in entries if item["OS-EXT-IPS:type"] == "floating"]


@pytest.mark.parametrize("version", ["2.1", "2.35"])
def test_taken_seen_and_given_back(client, public, version):
    client = client.at(version)
    assert client.get(POOLS) == {"floating_ip_pools": [{"name": "public"}]}
    assert "public" in [network["label"] for network in client.get("/os-networks")["networks"]]
    made = client.post(PATH, {"pool": "public"}, code=200)["floating_ip"]
    assert made == {"id": made["id"], "ip": made["ip"], "pool": "public", "fixed_ip": None, "instance_id": None}
    assert client.get(f"{PATH}/{made['id']}") == {"floating_ip": made} and client.get(PATH) == {"floating_ips": [made]}
    assert client.as_user("bob", OTHER).get(PATH) == {"floating_ips": []}
    client.as_user("bob", OTHER).refused("GET", f"{PATH}/{made['id']}", 404)
    client.delete(f"{PATH}/{made['id']}", code=202)
    client.refused("DELETE", f"{PATH}/{made['id']}", 404)


def test_gone_from_236_on(client):
    for path in (PATH, POOLS, f"{PATH}/{NOBODY}"):
        assert client.at("2.36")("GET", path).status_int == 404
    assert "addFloatingIp" in client.at("2.44").refused("POST", ACTION, 400, {"addFloatingIp": {"address": "1.2.3.4"}})


def test_what_is_refused(client, public):
    assert client.refused("POST", PATH, 404, {"pool": "none"}) == "Floating IP pool not found."
    client.refused("GET", f"{PATH}/{NOBODY}", 404)
    client.refused("GET", f"{PATH}/x", 404)
    for _ in range(5):
        _taken(client)
    assert client.refused("POST", PATH, 404, {}) == "No more floating IPs in pool public."


def test_a_servers(client, public, make_server):
    one, two = make_server(1), make_server(2)
    floating, fixed = _taken(client), one.network_info[0].fixed_ips[0].address
    action = {"addFloatingIp": {"address": floating["ip"]}}
    client.at("2.43").post(f"/servers/{one.uuid}/action", action, code=202)
    assert _shown(client, one.uuid) == [floating["ip"]]
    assert client.get(f"{PATH}/{floating['id']}")["floating_ip"] == floating | {
        "instance_id": one.uuid, "fixed_ip": fixed}
    another = {"addFloatingIp": {"address": _taken(client)["ip"], "fixed_address": fixed}}
    assert "already has" in client.refused("POST", f"/servers/{one.uuid}/action", 400, another)
    client.post(f"/servers/{two.uuid}/action", action, code=202)                 # it moves
    assert (_shown(client, one.uuid), _shown(client, two.uuid)) == ([], [floating["ip"]])
    remove = {"removeFloatingIp": {"address": floating["ip"]}}
    assert "is not associated" in client.refused("POST", f"/servers/{one.uuid}/action", 409, remove)
    client.post(f"/servers/{two.uuid}/action", remove, code=202)
    assert _shown(client, two.uuid) == []
    client.post(f"/servers/{two.uuid}/action", action, code=202)
    client.delete(f"{PATH}/{floating['id']}", code=202)
    assert _shown(client, two.uuid) == []


def test_what_a_host_is_told(client, public, make_server):
    one, two = make_server(1), make_server(2)

    def told():
        return {port.port_id: port.floating for port in NeutronClient().security(admin_context(), one.host)}
    [port], [other] = one.network_info, two.network_info
    assert told() == {port.id: (), other.id: ()}
    floating = _taken(client)
    client.at("2.43").post(ACTION, {"addFloatingIp": {"address": floating["ip"]}}, code=202)
    assert told() == {port.id: (FloatingAddress(floating["ip"], port.fixed_ips[0].address),), other.id: ()}
    client.delete(f"{PATH}/{floating['id']}", code=202)
    assert told() == {port.id: (), other.id: ()}


def test_given_past_the_compute_api(client, public, make_server, embedded_client):
    """The network service tells of it, as Neutron does."""
    one, two, floating = make_server(1), make_server(2), _taken(client)
    path = f"/network/v2.0/floatingips/{floating['id']}"
    for server, other in ((one, two), (two, one)):
        embedded_client.put(path, {"floatingip": {"port_id": server.network_info[0].id}})
        wait(lambda server=server: _shown(client, server.uuid) == [floating["ip"]], 30, "it is shown")
        wait(lambda other=other: _shown(client, other.uuid) == [], 30, "it moved")
    embedded_client.delete(path)
    wait(lambda: _shown(client, two.uuid) == [], 30, "it is gone")
    [network] = [item["id"] for item in embedded_client.get("/network/v2.0/networks")["networks"]
                 if item["router:external"]]
    made = embedded_client.post("/network/v2.0/floatingips", {"floatingip": {
        "floating_network_id": network, "port_id": one.network_info[0].id}}, code=201)["floatingip"]
    wait(lambda: _shown(client, one.uuid) == [made["floating_ip_address"]], 30, "a new one is shown")


def test_events_read_addresses_anew(client, admin, public, make_server, embedded_client, monkeypatch):
    """Of servers on hosts, and only what says that the network has changed."""
    monkeypatch.setattr(compute_events, "tell", lambda ports: None)
    one, floating = make_server(), _taken(client)
    embedded_client.put(f"/network/v2.0/floatingips/{floating['id']}", {"floatingip": {
        "port_id": one.network_info[0].id}})
    for name, shown in (("network-vif-plugged", []), ("network-changed", [floating["ip"]])):
        admin.post("/os-server-external-events", {"events": [{"name": name, "server_uuid": one.uuid}]}, 200)
        assert _shown(client) == shown


def test_inject_network_info_reads_addresses_anew(client, admin, public, make_server, embedded_client, monkeypatch):
    """Also those that a server got past the compute API, of which that did not hear."""
    monkeypatch.setattr(compute_events, "tell", lambda ports: None)
    one, floating = make_server(), _taken(client)
    embedded_client.put(f"/network/v2.0/floatingips/{floating['id']}", {"floatingip": {
        "port_id": one.network_info[0].id}})
    assert _shown(client) == []
    client.refused("POST", ACTION, 403, {"injectNetworkInfo": None})
    for version in ("2.1", "2.100"):
        admin.at(version).post(ACTION, {"injectNetworkInfo": None}, code=202)
        assert _shown(client) == [floating["ip"]]


@pytest.mark.parametrize(("action", "code"), [
    ({"addFloatingIp": {"address": "0.0.0.0"}}, 404), ({"addFloatingIp": {"address": ""}}, 400),
    ({"addFloatingIp": {}}, 400), ({"addFloatingIp": None}, 400), ({"removeFloatingIp": {"address": "0.0.0.0"}}, 404),
    ({"addFloatingIp": {"address": "172.24.4.2", "fixed_address": "10.1.1.1"}}, 400),
    ({"addFloatingIp": {"address": "::1"}}, 404), ({"removeFloatingIp": {"address": "172.24.4.2", "more": 1}}, 400)])
def test_actions_that_cannot_be(client, public, make_server, action, code):
    make_server()
    client.refused("POST", ACTION, code, action)
