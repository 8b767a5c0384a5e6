"""Metadata is told to the guest that has the address, and to nobody else: over real ports and real servers.

The service itself is called in this process: nobody sends from a fake guest's address.
"""
import openstack
import pytest
import webob

from nova_lite.cmd import metadata
from nova_lite.context import admin_context
from nova_lite.network.neutron import NeutronClient
from tests.functional.clients import create

DOCUMENT = "/openstack/latest/meta_data.json"
FORGED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP", "X-Instance-ID",
          "X-Instance-ID-Signature", "X-Tenant-ID", "X-Project-ID", "X-Metadata-Provider", "Host", "Remote-Addr")


@pytest.fixture(scope="module")
def demo(cloud):
    return openstack.connect(**cloud.credentials())


@pytest.fixture(scope="module")
def app(cloud):
    return metadata.make_app()


def ask(app, address, path=DOCUMENT, headers=None, **environ):
    request = webob.Request.blank(path, environ={"REMOTE_ADDR": address, **environ}, headers=headers or {})
    return request.get_response(app)


def address_of(server) -> str:
    return next(iter(server.addresses.values()))[0]["addr"]


@pytest.fixture(scope="module")
def two(demo):
    return create(demo, "one"), create(demo, "two")


def test_each_is_told_of_itself_whatever_it_says(app, two):
    for me, other in (two, reversed(two)):
        for header in FORGED:
            for value in (address_of(other), other.id, f"for={address_of(other)}"):
                assert ask(app, address_of(me), headers={header: value}).json["uuid"] == me.id
        for path in (f"http://{address_of(other)}{DOCUMENT}", f"{DOCUMENT}?instance_id={other.id}",
                     f"/../{other.id}{DOCUMENT}", f"/{other.id}{DOCUMENT}"):
            answer = ask(app, address_of(me), path)
            assert answer.status_int == 404 or answer.json["uuid"] == me.id
        assert ask(app, address_of(me), HTTP_X_FORWARDED_FOR=address_of(other), REMOTE_HOST=address_of(other),
                   HTTP_REMOTE_ADDR=address_of(other)).json["uuid"] == me.id


def test_whoever_is_no_guest_is_told_nothing(app, two, demo):
    network = demo.network.find_network("private")
    subnet = demo.network.get_subnet(network.subnet_ids[0])
    strangers = ["127.0.0.1", "192.0.2.1", "::1", "", "0.0.0.0", "255.255.255.255", subnet.gateway_ip, "10.20.0.255",
                 address_of(two[0]) + " ", "0" + address_of(two[0]), f"::ffff:{address_of(two[0])}", "nonsense",
                 "' OR 1=1 --", "10.20.0.0/24"]
    for address in strangers:
        for header in FORGED:
            assert ask(app, address, headers={header: address_of(two[0])}).status_int == 404, address


def test_a_port_that_only_says_it_is_the_servers_is_not(app, two, demo, cloud):
    """Only nova-lite makes a port a server's: an owner of ``compute:`` is refused to users, any other is none."""
    network = demo.network.find_network("private")
    with pytest.raises(openstack.exceptions.ForbiddenException):
        demo.network.create_port(network_id=network.id, device_id=two[0].id, device_owner="compute:nova")
    for owner in ("", "Compute:nova", "network_compute:", "baremetal:x"):
        port = demo.network.create_port(network_id=network.id, device_id=two[0].id, device_owner=owner)
        assert ask(app, port.fixed_ips[0]["ip_address"]).status_int == 404
        demo.network.delete_port(port)
    admin = openstack.connect(**cloud.credentials("admin"))
    port = admin.network.create_port(network_id=network.id, device_id=two[0].id, device_owner="network:dhcp")
    assert ask(app, port.fixed_ips[0]["ip_address"]).status_int == 404
    admin.network.delete_port(admin.network.update_port(port, device_owner=""))


def test_an_address_that_is_used_again_is_the_new_guests(app, demo):
    network = demo.network.find_network("private")
    first = create(demo, "first")
    address = address_of(first)
    assert ask(app, address).json["uuid"] == first.id
    demo.compute.delete_server(first)
    demo.compute.wait_for_delete(first, wait=30, interval=0.05)
    assert ask(app, address).status_int == 404
    second = demo.compute.create_server(
        name="second", image_id=demo.image.find_image("lite-guest").id,
        flavor_id=demo.compute.find_flavor("m1.nano").id, networks=[{"uuid": network.id, "fixed_ip": address}])
    second = demo.compute.wait_for_server(second, wait=30, interval=0.05)
    assert address_of(second) == address
    assert ask(app, address, headers={"X-Instance-ID": first.id}).json["uuid"] == second.id


def test_an_address_of_two_networks_is_nobodys(app, two, monkeypatch):
    """Neutron lets networks overlap, where the embedded service does not: rather no answer than another guest's."""
    def ports(self, context, collection, **filters):
        return [{"device_id": server.id, "device_owner": "compute:nova"} for server in two]
    assert NeutronClient().owner_of_address(admin_context(), address_of(two[0])) == two[0].id
    monkeypatch.setattr("nova_lite.network.neutron_http.NeutronHTTP.list", ports)
    assert NeutronClient().owner_of_address(admin_context(), "10.0.0.5") is None
    assert ask(app, "10.0.0.5").status_int == 404
