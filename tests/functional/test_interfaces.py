"""What a host has attached for an order that was given up meanwhile: it takes it away when it is heard again."""
import pytest

from nova_lite.conductor.workflows import WORKFLOWS
from nova_lite.models import NetworkRequest
from tests.functional import faults
from tests.functional.cluster import wait_for
from tests.places import places

CLUSTER = {"lease": 0.3, "retries": 1}
STEP = WORKFLOWS["attach_interface"].step("attach_interface")
DONE = next(place for place in places("attach an interface") if (place.process, place.moment) == ("compute", "done"))


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

