"""Networks, subnets, ports: what is refused, and who gets which address."""
import collections
import concurrent.futures
import os

import pytest

from nova_lite.context import RequestContext
from nova_lite.embedded.network import auto_network, resource
from nova_lite.embedded.network.networks import NETWORKS
from nova_lite.embedded.network.ports import PORTS
from nova_lite.embedded.network.subnets import SUBNETS

NEUTRON = "/network/v2.0"


def _make(services, collection, noun, user="demo", code=201, **values):
    answer = services.call("POST", f"{NEUTRON}/{collection}", user, json={noun: values})
    assert answer.status_code == code, answer.text
    return answer.json()[noun] if code == 201 else answer.json()["NeutronError"]


@pytest.fixture
def network(services):
    made = _make(services, "networks", "network", name="n")
    _make(services, "subnets", "subnet", network_id=made["id"], cidr="10.0.0.0/24", ip_version=4)
    return made["id"]


def test_version_documents_need_no_token(services):
    assert services.call("GET", "/network/", None).json()["versions"][0]["id"] == "v2.0"
    assert services.call("GET", "/network/v2.0/", None).status_code == 200
    refused = services.call("GET", f"{NEUTRON}/networks", None)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == f'Keystone uri="{services.url}/identity"'


def test_extensions_that_are_there(services):
    aliases = {item["alias"] for item in services.call("GET", f"{NEUTRON}/extensions").json()["extensions"]}
    assert "security-group" in aliases
    assert not aliases & {"router", "port-security", "standard-attr-tag"}
    assert services.call("GET", f"{NEUTRON}/extensions/router").status_code == 404


class TestAutoAllocatedTopology:
    def topology(self, services, whose="null", query="", method="GET", user="demo"):
        answer = services.call(method, f"{NEUTRON}/auto-allocated-topology/{whose}{query}", user)
        return answer.json()["auto_allocated_topology"] if answer.status_code == 200 else answer.status_code

    def test_made_once_and_deleted(self, services):
        assert self.topology(services, query="?fields=dry-run")["id"] == "dry-run=pass"
        assert services.call("GET", f"{NEUTRON}/networks", "demo").json()["networks"] == []
        made = self.topology(services)
        assert made == self.topology(services, made["tenant_id"]) == self.topology(services, made["project_id"],
                                                                                   user="admin")
        [network] = services.call("GET", f"{NEUTRON}/networks", "demo").json()["networks"]
        assert (network["id"], network["name"]) == (made["id"], "auto_allocated_network")
        assert self.topology(services, "another") == self.topology(services, "another", method="DELETE") == 404
        assert [self.topology(services, method="DELETE") for _ in range(2)] == [204, 404]
        assert services.call("GET", f"{NEUTRON}/networks", "demo").json()["networks"] == []

    def test_the_first_range_that_is_free(self, services, network):
        for cidr in ("10.192.0.0/25", "10.192.1.128/25", "10.192.2.0/23"):
            _make(services, "subnets", "subnet", network_id=network, cidr=cidr)
        self.topology(services, user="admin")
        [subnet] = services.call("GET", f"{NEUTRON}/subnets?name=auto_allocated_subnet_v4").json()["subnets"]
        assert subnet["cidr"] == "10.192.4.0/24"


@pytest.mark.parametrize("values, code, kind", [
    ({"cidr": "10.9.0.1/24"}, 400, "HTTPBadRequest"), ({"cidr": "fd00::/64", "ip_version": 6}, 400, "HTTPBadRequest"),
    ({"cidr": "169.254.1.0/24"}, 400, "InvalidInput"), ({"cidr": "10.9.0.0/31"}, 400, "InvalidInput"),
    ({"cidr": "10.9.0.0/24", "gateway_ip": "10.8.0.1"}, 400, "InvalidInput"),
    ({"cidr": "10.9.0.0/24", "allocation_pools": [{"start": "10.9.0.1", "end": "10.9.0.9"}]}, 409,
     "GatewayConflictWithAllocationPools"),
    ({"cidr": "10.9.0.0/24", "allocation_pools": [{"start": "10.9.0.9", "end": "10.9.0.2"}]}, 400,
     "InvalidAllocationPool"),
    ({"cidr": "10.9.0.0/24", "allocation_pools": [{"start": "10.9.0.9", "end": "10.9.1.2"}]}, 400,
     "OutOfBoundsAllocationPool"),
    ({"cidr": "10.9.0.0/24", "allocation_pools": [{"start": "10.9.0.2", "end": "10.9.0.9"},
                                                  {"start": "10.9.0.9", "end": "10.9.0.19"}]}, 409,
     "OverlappingAllocationPools"),
    ({}, 400, "HTTPBadRequest"), ({"cidr": 5}, 400, "HTTPBadRequest"),
    ({"cidr": "10.9.0.0/24", "x": 1}, 400, "HTTPBadRequest"),
])
def test_wrong_subnets(services, network, values, code, kind):
    assert _make(services, "subnets", "subnet", code=code, network_id=network, **values)["type"] == kind


def test_subnets_of_different_networks_must_not_overlap(services, network):
    other = _make(services, "networks", "network", "admin", name="other")["id"]
    error = _make(services, "subnets", "subnet", "admin", 400, network_id=other, cidr="10.0.0.128/25")
    assert "metadata service knows guests by their address" in error["message"]


def test_gateway_is_never_given_out(services, network):
    taken = _make(services, "ports", "port", code=409, network_id=network, fixed_ips=[{"ip_address": "10.0.0.1"}])
    assert taken["type"] == "IpAddressAlreadyAllocated"
    no_gateway = _make(services, "subnets", "subnet", network_id=network, cidr="10.0.1.0/24", gateway_ip=None)
    assert no_gateway["gateway_ip"] is None
    assert no_gateway["allocation_pools"] == [{"start": "10.0.1.2", "end": "10.0.1.254"}]


def test_fixed_addresses(services, network):
    one = _make(services, "ports", "port", network_id=network, fixed_ips=[{"ip_address": "10.0.0.7"}])
    for address, code in (("10.0.0.7", 409), ("10.0.9.7", 400), ("10.0.0.255", 400), ("10.0.0.0", 400)):
        _make(services, "ports", "port", code=code, network_id=network, fixed_ips=[{"ip_address": address}])
    moved = services.call("PUT", f"{NEUTRON}/ports/{one['id']}", "demo", json={"port": {
        "fixed_ips": [{"ip_address": "10.0.0.8"}]}}).json()["port"]
    assert [item["ip_address"] for item in moved["fixed_ips"]] == ["10.0.0.8"]
    _make(services, "ports", "port", network_id=network, fixed_ips=[{"ip_address": "10.0.0.7"}])
    found = services.call("GET", f"{NEUTRON}/ports?fixed_ips=ip_address%3D10.0.0.8", "demo").json()["ports"]
    assert [port["id"] for port in found] == [one["id"]]


def test_a_user_cannot_say_that_a_port_is_a_servers(services, network):
    """Whose a port is decides whose metadata a guest is told."""
    _make(services, "ports", "port", code=403, network_id=network, device_owner="compute:nova", device_id="victim")
    port = _make(services, "ports", "port", "admin", network_id=network, device_owner="compute:nova", device_id="own",
                 project_id=services.call("GET", f"{NEUTRON}/networks/{network}").json()["network"]["project_id"])
    for change in ({"device_id": "victim"}, {"device_owner": ""}, {"binding:host_id": "h"}):
        answer = services.call("PUT", f"{NEUTRON}/ports/{port['id']}", "demo", json={"port": change})
        assert answer.status_code == 403, change
    assert services.call("PUT", f"{NEUTRON}/ports/{port['id']}", "demo",
                         json={"port": {"name": "mine"}}).status_code == 200


def test_shared_network_of_another(services):
    shared = _make(services, "networks", "network", "admin", name="s", shared=True)["id"]
    _make(services, "subnets", "subnet", "admin", network_id=shared, cidr="10.5.0.0/24")
    _make(services, "ports", "port", network_id=shared)
    _make(services, "ports", "port", code=403, network_id=shared, fixed_ips=[{"ip_address": "10.5.0.9"}])
    _make(services, "subnets", "subnet", code=403, network_id=shared, cidr="10.6.0.0/24")
    _make(services, "networks", "network", code=403, name="x", shared=True)


def test_revision_guards_an_update(services, network):
    path, headers = f"{NEUTRON}/networks/{network}", {"If-Match": "revision_number=0"}
    assert services.call("PUT", path, "demo", json={"network": {"name": "a"}}, headers=headers).status_code == 200
    again = services.call("PUT", path, "demo", json={"network": {"name": "b"}}, headers=headers)
    assert again.status_code == 412
    assert services.call("GET", path, "demo").json()["network"]["name"] == "a"


def test_bulk_is_all_or_nothing(services, network):
    body = {"ports": [{"network_id": network}, {"network_id": network, "fixed_ips": [{"ip_address": "10.0.0.1"}]}]}
    assert services.call("POST", f"{NEUTRON}/ports", "demo", json=body).status_code == 409
    assert services.call("GET", f"{NEUTRON}/ports", "demo").json()["ports"] == []


def test_lists(services, network):
    for index in range(3):
        _make(services, "ports", "port", network_id=network, name=f"p{index}")
    first = services.call("GET", f"{NEUTRON}/ports?limit=2&sort_key=name&fields=name&fields=id", "demo").json()
    assert [port["name"] for port in first["ports"]] == ["p0", "p1"]
    assert set(first["ports"][0]) == {"name", "id"}
    rest = services.call("GET", first["ports_links"][0]["href"].removeprefix(services.url), "demo").json()
    assert [port["name"] for port in rest["ports"]] == ["p2"]
    for query, count in (("name=p0&name=p2", 2), ("status=DOWN", 3), ("status=ACTIVE", 0), ("admin_state_up=False", 0),
                         ("port_security_enabled=True", 3), ("device_owner=", 3)):
        assert len(services.call("GET", f"{NEUTRON}/ports?{query}", "demo").json()["ports"]) == count, query
    for bad in ("nonsense=1", "limit=x",
                "name=%00", "name=%ff", "revision_number=x", "revision_number=" + "9" * 30,
                "sort_key=nonsense", "marker=x", "fixed_ips=x"):
        assert services.call("GET", f"{NEUTRON}/ports?{bad}", "demo").status_code == 400, bad


def test_default_group(services, network):
    port = _make(services, "ports", "port", network_id=network)
    groups = services.call("GET", f"{NEUTRON}/security-groups", "demo").json()["security_groups"]
    assert [group["name"] for group in groups] == ["default"]
    assert port["security_groups"] == [groups[0]["id"]]
    assert len(groups[0]["security_group_rules"]) == 4
    assert services.call("DELETE", f"{NEUTRON}/security-groups/{groups[0]['id']}", "demo").status_code == 409
    _make(services, "security-groups", "security_group", code=409, name="default")


@pytest.mark.parametrize("values, code", [
    ({"protocol": "tcp", "port_range_min": 9, "port_range_max": 8}, 400), ({"port_range_min": 9}, 400),
    ({"remote_ip_prefix": "fd00::/8"}, 400), ({"direction": "up"}, 400), ({"protocol": "xyz"}, 400),
    ({"protocol": "icmp", "port_range_min": 300}, 400), ({"remote_group_id": "x"}, 400),
    ({"remote_ip_prefix": "10.0.0.1/24"}, 201), ({"remote_ip_prefix": "10.0.0.1"}, 201),
    ({"protocol": "ICMP"}, 201), ({"protocol": 6}, 201),
])
def test_rules(services, values, code):
    group = _make(services, "security-groups", "security_group", name="g")["id"]
    _make(services, "security-group-rules", "security_group_rule", code=code,
          **{"security_group_id": group, "direction": "ingress", **values})


def test_a_rules_prefix_stays_as_it_was_given(services):
    group = _make(services, "security-groups", "security_group", name="g")["id"]
    rule = _make(services, "security-group-rules", "security_group_rule", security_group_id=group, direction="ingress",
                 remote_ip_prefix="10.0.0.1/24")
    assert (rule["remote_ip_prefix"], rule["normalized_cidr"]) == ("10.0.0.1/24", "10.0.0.0/24")


@pytest.fixture(params=["sqlite", "mariadb", "postgresql"])
def database(request, clouds):
    """A cloud on each database that the environment names."""
    url = os.environ.get(f"NOVA_LITE_TEST_{request.param.upper()}_URL", "")
    if request.param != "sqlite" and not url:
        pytest.skip(f"NOVA_LITE_TEST_{request.param.upper()}_URL is not set")
    found = clouds.common(None if request.param == "sqlite" else url)
    yield
    found.baseline.put_back()


@pytest.mark.usefixtures("database")
class TestConcurrency:
    """Eight threads, each with connections of its own, as several processes would be."""

    context = RequestContext(user_id="u", project_id="p", roles=["member"], overwrite=False)

    def _network(self, cidr):
        network = resource._create(NETWORKS, self.context, [self._values(NETWORKS, {"name": "n"})])[0]
        resource._create(SUBNETS, self.context, [self._values(SUBNETS, {"network_id": network["id"], "cidr": cidr})])
        return network["id"]

    def _values(self, kind, body):
        return resource.attributes.for_create(kind.attributes, body, self.context)

    def _port(self, network_id, **values):
        body = self._values(PORTS, {"network_id": network_id, **values})
        try:
            return resource._create(PORTS, self.context, [body])[0]["fixed_ips"][0]["ip_address"]
        except resource.ApiError as error:
            return error.type

    def _run(self, count, function):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            return collections.Counter(pool.map(lambda _index: function(), range(count)))

    def test_a_small_subnet_is_filled_to_the_last_address(self):
        network = self._network("10.0.0.0/27")                  # 30 hosts, one of them the gateway
        results = self._run(40, lambda: self._port(network))
        assert results.pop("IpAddressGenerationFailure") == 11
        assert len(results) == 29
        assert set(results.values()) == {1}

    def test_a_large_subnet_has_no_address_twice(self):
        network = self._network("10.0.0.0/16")
        results = self._run(80, lambda: self._port(network))
        assert len(results) == 80

    def test_one_wins_a_fixed_address(self):
        network = self._network("10.0.0.0/24")
        results = self._run(8, lambda: self._port(network, fixed_ips=[{"ip_address": "10.0.0.9"}]))
        assert results == {"10.0.0.9": 1, "IpAddressAlreadyAllocated": 7}

    def test_one_network_is_made_for_a_project(self):
        results = self._run(8, lambda: auto_network._found_or_made(self.context, self.context.project_id))
        assert set(results.values()) == {8}

    def test_one_of_overlapping_subnets_is_made(self):
        network = resource._create(NETWORKS, self.context, [self._values(NETWORKS, {"name": "n"})])[0]["id"]

        def make():
            try:
                values = self._values(SUBNETS, {"network_id": network, "cidr": "10.0.0.0/24"})
                return bool(resource._create(SUBNETS, self.context, [values]))
            except resource.ApiError as error:
                return error.type
        assert self._run(8, make) == {True: 1, "InvalidInput": 7}
