"""Security groups of a server: which there are, one more, one less; and what a host is told of them."""
import time

import pytest

from nova_lite.context import admin_context
from nova_lite.models import SecurityRule
from nova_lite.network.neutron import NeutronClient
from nova_lite.network.plugging import NoopNetwork
from tests.functional.api.server_fixtures import OTHER, PROJECT

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
PATH, ACTION = f"/servers/{UUID}/os-security-groups", f"/servers/{UUID}/action"
GROUPS, RULES = "/network/v2.0/security-groups", "/network/v2.0/security-group-rules"


@pytest.fixture
def server(make_server):
    return make_server()


def names(client) -> list[str]:
    return sorted(group["name"] for group in client.get(PATH)["security_groups"])


def change(client, verb, name):
    return client("POST", ACTION, {f"{verb}SecurityGroup": {"name": name}})


def test_listed(client, server, later):
    [group] = client.get(PATH)["security_groups"]
    assert group["name"] == "default" and group["tenant_id"] == PROJECT
    assert [rule["group"] for rule in group["rules"]] == [{"name": "default", "tenant_id": PROJECT}] * 2, "IPv4, IPv6"
    assert client.at("2.100").get(PATH) == {"security_groups": [group]}
    client.as_user("bob", OTHER).refused("GET", PATH, 404)


def test_in_and_out(client, server):
    for _ in range(2):                      # the second time nothing changes
        answer = change(client, "add", "web")
        assert (answer.status_int, answer.body) == (202, b"")
        assert names(client) == ["default", "web"]
    shown = client.get(f"/servers/{UUID}")["server"]["security_groups"]
    assert sorted(group["name"] for group in shown) == ["default", "web"]
    assert change(client, "remove", "default").status_int == 202
    assert names(client) == ["web"]
    assert client.get(f"/servers/{UUID}")["server"]["security_groups"] == [{"name": "web"}]
    assert client.refused("POST", ACTION, 404, {"removeSecurityGroup": {"name": "default"}}) == (
        f"Security group default not associated with the instance {UUID}")


def test_refused(client, server, embedded_client):
    assert "none" in client.refused("POST", ACTION, 404, {"addSecurityGroup": {"name": "none"}})
    for value in ({}, {"name": ""}, {"name": "web", "x": 1}, None):
        client.refused("POST", ACTION, 400, {"addSecurityGroup": value})
    embedded_client.post(GROUPS, {"security_group": {"name": "web"}}, code=201)
    assert "Multiple security groups" in client.refused("POST", ACTION, 409, {"addSecurityGroup": {"name": "web"}})


def test_without_a_port(client, server, embedded_client):
    [vif] = server.network_info
    client.delete(f"/servers/{UUID}/os-interface/{vif.id}", code=202)
    until = time.monotonic() + 60
    while client.get(f"/servers/{UUID}/os-interface")["interfaceAttachments"]:
        assert time.monotonic() < until
        time.sleep(0.01)
    client.refused("POST", ACTION, 400, {"addSecurityGroup": {"name": "web"}})
    assert client.get(PATH) == {"security_groups": []}


def test_what_a_host_is_told(client, server, make_server, embedded_client):
    """By protocol, ports, prefix and group, with the members' addresses as they are now."""
    other, network = make_server(2), NeutronClient()

    def told():
        found = {port.port_id: port for port in network.security(admin_context(), server.host)}
        return set(found[server.network_info[0].id].rules)
    members = tuple(sorted(s.network_info[0].fixed_ips[0].address for s in (server, other)))
    usual = {SecurityRule("egress"), SecurityRule("ingress", remotes=members)}
    assert told() == usual
    [default] = [g for g in embedded_client.get(GROUPS)["security_groups"] if g["name"] == "default"]
    rule = embedded_client.post(RULES, {"security_group_rule": {
        "security_group_id": default["id"], "direction": "ingress", "protocol": "tcp", "port_range_min": 22,
        "port_range_max": 23, "remote_ip_prefix": "10.0.0.0/8"}}, code=201)["security_group_rule"]
    assert told() == usual | {SecurityRule("ingress", "tcp", 22, 23, ("10.0.0.0/8",))}
    embedded_client.delete(f"{RULES}/{rule['id']}")
    change(client, "remove", "default")
    assert told() == set()


class Recorder(NoopNetwork):
    """A host's network that would enforce what it is told."""

    def __init__(self, owners):
        self.told, self._owners = [], owners

    def owners(self):
        return self._owners

    def secure(self, told):
        self.told = list(told)


def test_a_host_tells_its_network(client, server, common_cloud, monkeypatch):
    service = common_cloud.services.parts(f"compute.{server.host}")["service"]
    for owners in (set(), {UUID}):
        network = Recorder(owners)
        monkeypatch.setattr(service.host.driver, "network", network)
        service._secure()
        assert [port.port_id for port in network.told] == ([server.network_info[0].id] if owners else [])
