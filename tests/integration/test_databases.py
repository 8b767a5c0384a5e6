"""The whole flow over RabbitMQ and real processes, on each database, with fake guests."""
import pytest

from tests.integration.databases import create, statuses
from tests.waiting import wait

pytestmark = pytest.mark.integration


def test_life_of_a_server(demo):
    server = demo.compute.wait_for_server(create(demo, "one"), wait=60)
    assert server.status == "ACTIVE" and server.addresses["private"][0]["addr"].startswith("10.91.0.")
    for act, status in ((demo.compute.stop_server, "SHUTOFF"), (demo.compute.start_server, "ACTIVE")):
        act(server)
        server = demo.compute.wait_for_server(server, status=status, wait=60)
    demo.compute.reboot_server(server, "HARD")
    demo.compute.wait_for_server(server, wait=60)
    demo.compute.delete_server(server)
    demo.compute.wait_for_delete(server, wait=60)
    assert list(demo.network.ports(device_id=server.id)) == []


def test_two_of_the_same_name_and_many_of_one_request(demo):
    create(demo, "same"), create(demo, "same")
    create(demo, "many", min_count=30, max_count=30)
    wait(lambda: statuses(demo) == ["ACTIVE"] * 32, 120)
    names = sorted(server.name for server in demo.compute.servers())
    assert names.count("same") == 2 and len(set(names)) == 31


def test_delete_during_build(demo):
    servers = [create(demo, f"d{i}") for i in range(5)]
    for server in servers:
        demo.compute.delete_server(server)
    wait(lambda: statuses(demo) == [], 60)
