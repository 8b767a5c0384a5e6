"""Where a server's interfaces are, and what a host has attached for an order that was given up meanwhile: it takes it
away when it is heard again."""
import threading

import pytest

from nova_lite import instance_metadata
from nova_lite.conductor.workflows import WORKFLOWS
from nova_lite.models import BlockDevice, NetworkRequest
from nova_lite.models.block_device import ROOT
from tests.functional import faults
from tests.functional.cluster import wait_for
from tests.places import places

CLUSTER = {"lease": 0.3, "retries": 1}
STEP = WORKFLOWS["attach_interface"].step("attach_interface")
DONE = next(place for place in places("attach an interface") if (place.process, place.moment) == ("compute", "done"))


def devices(server) -> dict:
    """{tag: address} as its metadata tells."""
    found = instance_metadata.meta_data(server, server.network_info, dhcp_domain="")["devices"]
    return {device["tags"][0]: (device["type"], device["bus"], device["address"]) for device in found}


def test_a_guest_is_told_where_its_tagged_devices_are(cluster):
    own = NetworkRequest(network_id=cluster.made().network_info[0].network.id, tag="front")
    server = cluster.made(requested_networks=(own,), block_devices=(BlockDevice(ROOT, "system"),))
    at_first = {"system": ("disk", "pci", "0000:00:03.0"), "front": ("nic", "pci", "0000:00:04.0")}
    assert devices(server) == at_first and server.block_devices[0].serial == server.uuid
    cluster.api.attach_interface(cluster.context, server, own.replace(tag="back"))
    wait_for(lambda: len(cluster.get(server.uuid).network_info) == 2)
    server = cluster.get(server.uuid)
    assert devices(server) == {**at_first, "back": ("nic", "pci", "0000:00:05.0")}
    cluster.api.detach_interface(cluster.context, server, server.network_info[0].id)
    wait_for(lambda: len(cluster.get(server.uuid).network_info) == 1)
    server = cluster.get(server.uuid)
    del at_first["front"]
    assert devices(server) == {**at_first, "back": ("nic", "pci", "0000:00:05.0")}, "the others stay where they are"


def order_ended(cluster, server):
    wait_for(lambda: cluster.api.actions(cluster.context, server.uuid)[0].state != "open")
    return cluster.api.actions(cluster.context, server.uuid)[0].state


@pytest.mark.parametrize("way", ["restarted", "cut off"])
def test_an_attachment_that_was_given_up(cluster, way):
    server = cluster.made(force_host=cluster.hosts[0])
    [own] = server.network_info
    driver = cluster.driver(server.host)

    def ask():
        cluster.api.attach_interface(cluster.context, server, NetworkRequest(network_id=own.network.id))
    if way == "restarted":
        with faults.death(cluster, DONE) as dead:
            ask()
            dead(restart=False)
            cluster.mark_dead(server.host)
            assert order_ended(cluster, server) == "failed"
    else:
        with faults._reports(STEP, lambda *_: cluster.mark_dead(server.host)):
            ask()
            assert order_ended(cluster, server) == "failed"
        assert len(driver.macs(server.uuid)) == 2, "the device is there, and nobody wants it"
    assert [port.id for port in cluster.networks.ports(cluster.context, server.uuid)] == [own.id]
    cluster.recover()
    if way == "cut off":
        cluster.parts(server.host)["service"].manager.compare(cluster.context)
    wait_for(lambda: cluster.driver(server.host).macs(server.uuid) == [own.mac])
    assert cluster.get(server.uuid).network_info == (own,)



def test_a_port_that_no_row_knows_goes_with_its_server(cluster):
    """A server without networks asks the network service for nothing when it is deleted, unless one was attached."""
    network = cluster.made().network_info[0].network.id
    server, reported = cluster.made(requested_networks=()), threading.Event()
    with faults._reports(STEP, lambda *_: reported.set()):
        cluster.api.attach_interface(cluster.context, server, NetworkRequest(network_id=network))
        assert reported.wait(20)
        assert len(cluster.networks.ports(cluster.context, server.uuid)) == 1
        assert not cluster.get(server.uuid).network_info
        cluster.api.delete(cluster.context, cluster.get(server.uuid))
    wait_for(lambda: not cluster.networks.ports(cluster.context, server.uuid))
