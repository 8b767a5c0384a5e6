"""The network client of the API and the computes, over HTTP, against the embedded network service."""
import collections

import pytest

from nova_lite import exceptions, service_auth
from nova_lite.conf import CONF
from nova_lite.context import RequestContext, admin_context
from nova_lite.models import Flavor, Instance, NetworkRequest, ServerPort
from nova_lite.models.network import AUTO
from nova_lite.network import neutron_http
from nova_lite.network.neutron import NeutronClient
from nova_lite.network.neutron_http import NeutronError

UUID = "11111111-2222-3333-4444-555555555555"
ADMIN = admin_context()


class Cloud:
    """The project's network ``net`` (10.0.0.0/24) and what a test does there."""

    def __init__(self, services):
        self.services = services
        self.sdk = services.sdk("demo")
        self.project = self.sdk.current_project_id
        self.context = RequestContext(user_id="u", project_id=self.project, roles=["member"], overwrite=False)
        self.client = NeutronClient()
        self.net = self.network("net", "10.0.0.0/24", dns_nameservers=["9.9.9.9"])

    def network(self, name, cidr, sdk=None, shared=False, **subnet):
        sdk = sdk or self.sdk
        network = sdk.network.create_network(name=name, **({"shared": True} if shared else {}))
        sdk.network.create_subnet(network_id=network.id, cidr=cidr, ip_version=4, **subnet)
        return network.id

    def instance(self, *requests, uuid=UUID, host="h1", **more):
        return Instance(uuid=uuid, project_id=self.project, user_id="u", display_name="s", flavor=Flavor(
            flavorid="1", name="f", vcpus=1, memory_mb=1, root_gb=1), host=host, availability_zone="nova",
            requested_networks=requests, **more)

    def ports(self, **query):
        return list(self.sdk.network.ports(**query))


@pytest.fixture
def cloud(services):
    return Cloud(services)


@pytest.fixture
def requests_made(monkeypatch):
    made = collections.Counter()
    real = service_auth.ServiceAdapter.request

    def count(adapter, method, path, **kwargs):
        made[f"{method} {path.split('?')[0]}"] += 1
        return real(adapter, method, path, **kwargs)
    monkeypatch.setattr(service_auth.ServiceAdapter, "request", count)
    return made


class TestValidate:
    def test_automatic(self, cloud, services):
        assert cloud.client.validate(cloud.context, None, (), 1) == (NetworkRequest(network_id=cloud.net),)
        nobody = RequestContext(user_id="u", project_id="nobody", overwrite=False)
        assert cloud.client.validate(nobody, None, (), 1) == ()
        cloud.network("shared", "10.1.0.0/24", services.sdk("admin"), shared=True)
        assert len(cloud.client.validate(nobody, None, (), 1)) == 1
        with pytest.raises(exceptions.NetworkAmbiguous):
            cloud.client.validate(cloud.context, None, (), 1)

    def test_one_is_made_for_who_has_none(self, cloud, services):
        assert cloud.client.validate(cloud.context, (AUTO,), (), 1) == (NetworkRequest(network_id=cloud.net),)
        hers = RequestContext(user_id="u", project_id="hers", overwrite=False)
        made = cloud.client.validate(hers, (AUTO,), (), 3)
        assert made == cloud.client.validate(hers, (AUTO,), (), 1) == cloud.client.validate(hers, None, (), 1)
        network = services.sdk("admin").network.get_network(made[0].network_id)
        assert (network.name, network.project_id) == ("auto_allocated_network", "hers")

    @pytest.mark.parametrize("pool", ["10.64.0.0/25", "nonsense"])
    def test_none_can_be_made(self, cloud, pool):
        CONF.set_override("auto_network_pool", pool, "embedded")
        try:
            with pytest.raises(exceptions.UnableToAutoAllocateNetwork):
                cloud.client.validate(RequestContext(user_id="u", project_id="hers", overwrite=False), (AUTO,), (), 1)
        finally:
            CONF.clear_override("auto_network_pool", "embedded")

    def test_none(self, cloud, requests_made):
        assert cloud.client.validate(cloud.context, (), (), 1) == ()
        assert not requests_made

    def test_named_network_is_one_request(self, cloud, requests_made):
        wanted = (NetworkRequest(network_id=cloud.net),)
        assert cloud.client.validate(cloud.context, wanted, ("default",), 3) == wanted
        assert requests_made == {"GET /v2.0/networks": 1}

    def test_port_is_resolved_to_its_network(self, cloud):
        port = cloud.sdk.network.create_port(network_id=cloud.net)
        resolved = cloud.client.validate(cloud.context, [NetworkRequest(port_id=port.id)], (), 1)
        assert resolved == (NetworkRequest(network_id=cloud.net, port_id=port.id),)

    def test_refusals(self, cloud, services):
        admin = services.sdk("admin")
        hers = cloud.network("hers", "10.1.0.0/24", admin)
        her_port = admin.network.create_port(network_id=hers).id
        bare = cloud.sdk.network.create_network(name="bare").id
        no_ip = cloud.sdk.network.create_port(network_id=bare).id
        mine = cloud.sdk.network.create_port(network_id=cloud.net, fixed_ips=[{"ip_address": "10.0.0.9"}]).id
        busy = cloud.sdk.network.create_port(network_id=cloud.net, device_id="other").id
        other = NetworkRequest
        for error, request in (
                (exceptions.NetworkNotFound, other(network_id=hers)),
                (exceptions.NetworkNotFound, other(network_id="x")),
                (exceptions.NetworkNotFound, other(network_id=UUID)), (exceptions.Invalid, other(network_id=bare)),
                (exceptions.PortNotFound, other(port_id=her_port)), (exceptions.PortNotFound, other(port_id="x")),
                (exceptions.Invalid, other(port_id=no_ip)), (exceptions.PortInUse, other(port_id=busy)),
                (exceptions.FixedIpAlreadyInUse, other(network_id=cloud.net, address="10.0.0.9")),
                (exceptions.Invalid, other(network_id=cloud.net, address="10.7.0.9"))):
            with pytest.raises(error):
                cloud.client.validate(cloud.context, [request], (), 1)
        with pytest.raises(exceptions.Invalid):
            cloud.client.validate(cloud.context, [other(port_id=mine)], (), 2)
        with pytest.raises(exceptions.SecurityGroupNotFound):
            cloud.client.validate(cloud.context, (), ("nothing",), 1)


class TestAllocate:
    def test_vif_is_whole(self, cloud, requests_made):
        vif, = cloud.client.allocate(ADMIN, cloud.instance(NetworkRequest(network_id=cloud.net, tag="t")))
        port, = cloud.ports(device_id=UUID)
        assert requests_made == {"GET /v2.0/ports": 1, "POST /v2.0/ports": 1, "GET /v2.0/networks": 1,
                                 "GET /v2.0/subnets": 1}
        subnet = vif.network.subnets[0]
        assert (vif.id, vif.mac, vif.devname, vif.tag) == (port.id, port.mac_address, f"tap{port.id[:11]}", "t")
        assert vif.mac.startswith("fa:16:3e:")
        assert vif.fixed_ips[0].address == port.fixed_ips[0]["ip_address"]
        assert (vif.network.label, vif.network.mtu) == ("net", 1450)
        assert (subnet.cidr, subnet.gateway, subnet.dhcp_server, subnet.dns) == \
            ("10.0.0.0/24", "10.0.0.1", "10.0.0.1", ("9.9.9.9",))
        assert (vif.security_groups, vif.active, vif.preserve_on_delete) == (("default",), True, False)
        assert (port.device_owner, port.project_id) == ("compute:nova", cloud.project)

    def test_again_finds_its_ports(self, cloud):
        instance = cloud.instance(*[NetworkRequest(network_id=cloud.net)] * 2)
        first = cloud.client.allocate(ADMIN, instance)
        assert sorted(vif.id for vif in cloud.client.allocate(ADMIN, instance)) == sorted(vif.id for vif in first)
        assert len(cloud.ports()) == 2

    def test_another_host_takes_the_ports_over(self, cloud):
        request = NetworkRequest(network_id=cloud.net)
        first = cloud.client.allocate(ADMIN, cloud.instance(request))
        moved = cloud.client.allocate(ADMIN, cloud.instance(request, host="h2"))
        assert [vif.id for vif in moved] == [vif.id for vif in first]
        port = cloud.services.sdk("admin").network.get_port(first[0].id)
        assert port.binding_host_id == "h2"

    def test_users_port_is_bound_kept_and_released(self, cloud):
        group = cloud.sdk.network.create_security_group(name="web")
        port = cloud.sdk.network.create_port(network_id=cloud.net, security_groups=[group.id])
        request = NetworkRequest(network_id=cloud.net, port_id=port.id)
        for _ in range(2):
            vif, = cloud.client.allocate(ADMIN, cloud.instance(request))
            assert (vif.id, vif.preserve_on_delete, vif.security_groups) == (port.id, True, ("web",))
        with pytest.raises(exceptions.PortInUse):
            cloud.client.allocate(ADMIN, cloud.instance(request, uuid=UUID.replace("1", "9")))
        for _ in range(2):
            cloud.client.deallocate(ADMIN, UUID)
            left, = cloud.ports()
            assert (left.id, left.device_id, left.device_owner, left.status) == (port.id, "", "", "DOWN")

    def test_fixed_address_and_groups(self, cloud):
        cloud.sdk.network.create_security_group(name="web")
        vif, = cloud.client.allocate(ADMIN, cloud.instance(
            NetworkRequest(network_id=cloud.net, address="10.0.0.77"), security_groups=("web", "default")))
        assert vif.fixed_ips[0].address == "10.0.0.77"
        assert set(vif.security_groups) == {"web", "default"}
        with pytest.raises(exceptions.FixedIpAlreadyInUse):
            cloud.client.allocate(ADMIN, cloud.instance(
                NetworkRequest(network_id=cloud.net, address="10.0.0.77"), uuid=UUID.replace("1", "9")))

    def test_nothing_is_left_of_a_failure(self, cloud):
        own = cloud.sdk.network.create_port(network_id=cloud.net)
        tiny = cloud.network("tiny", "10.2.0.0/30")
        cloud.sdk.network.create_port(network_id=tiny)
        wanted = [NetworkRequest(network_id=cloud.net), NetworkRequest(network_id=tiny)]
        with pytest.raises(exceptions.NoMoreFixedIps):
            cloud.client.allocate(ADMIN, cloud.instance(*wanted))
        late = [NetworkRequest(network_id=cloud.net, port_id=own.id), NetworkRequest(network_id=cloud.net),
                NetworkRequest(port_id=UUID)]
        with pytest.raises(exceptions.PortNotFound):
            cloud.client.allocate(ADMIN, cloud.instance(*late))
        assert cloud.ports(device_id=UUID) == []
        assert cloud.sdk.network.get_port(own.id).device_id == ""

    def test_a_lost_answer_leaves_no_port(self, cloud, monkeypatch):
        real = neutron_http.NeutronHTTP.request

        def lose(http, context, method, path, *args):
            answer = real(http, context, method, path, *args)
            if method == "POST":
                raise exceptions.ServiceUnavailable("lost")
            return answer
        monkeypatch.setattr(neutron_http.NeutronHTTP, "request", lose)
        with pytest.raises(exceptions.ServiceUnavailable):
            cloud.client.allocate(ADMIN, cloud.instance(NetworkRequest(network_id=cloud.net)))
        assert cloud.ports() == []

    def test_no_networks(self, cloud, requests_made):
        assert cloud.client.allocate(ADMIN, cloud.instance()) == ()
        assert not requests_made


def test_deallocate_leaves_ports_that_only_claim_to_be_the_servers(cloud):
    cloud.sdk.network.create_port(network_id=cloud.net, device_id=UUID)
    vif, = cloud.client.allocate(ADMIN, cloud.instance(NetworkRequest(network_id=cloud.net)))
    assert len(cloud.ports()) == 2
    cloud.client.deallocate(ADMIN, UUID)
    assert vif.id not in [port.id for port in cloud.ports()]
    assert len(cloud.ports()) == 1


def test_owner_of_address_and_ports_of_servers(cloud):
    cloud.sdk.network.create_port(network_id=cloud.net, device_id="claimed", fixed_ips=[{"ip_address": "10.0.0.9"}])
    vif, = cloud.client.allocate(ADMIN, cloud.instance(NetworkRequest(network_id=cloud.net)))
    assert cloud.client.owner_of_address(ADMIN, vif.fixed_ips[0].address) == UUID
    assert cloud.client.owner_of_address(ADMIN, "10.0.0.9") is None
    assert cloud.client.owner_of_address(ADMIN, "10.0.0.250") is None
    assert cloud.client.server_ports(ADMIN) == [ServerPort(vif.id, UUID, "h1")]


def test_service_user_that_may_not_sign_in(services):
    CONF.set_override("password", "wrong", "service_user")
    service_auth.reset()
    try:
        with pytest.raises(exceptions.ServiceUnavailable, match=r"\[service_user\]"):
            NeutronClient().server_ports(ADMIN)
    finally:
        CONF.clear_override("password", "service_user")
        service_auth.reset()


def test_errors_of_the_service_have_its_words(cloud):
    with pytest.raises(NeutronError) as caught:
        neutron_http.NeutronHTTP().request(ADMIN, "GET", f"ports/{UUID}")
    assert (caught.value.code, caught.value.type) == (404, "PortNotFound")
