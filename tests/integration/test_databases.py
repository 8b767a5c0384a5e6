"""The whole flow over RabbitMQ and real processes, on each database, with fake guests."""
import os
import time

import pytest

from tests.integration.deployment import Deployment

pytestmark = pytest.mark.integration
DATABASES = {"sqlite": None, "mariadb": "NOVA_LITE_TEST_MARIADB_URL", "postgresql": "NOVA_LITE_TEST_POSTGRESQL_URL"}


@pytest.fixture(scope="module", params=DATABASES)
def deployment(request):
    variable = DATABASES[request.param]
    assert variable is None or os.environ.get(variable), f"{variable} is not set: run tools/run_tests.sh integration"
    with Deployment(os.environ.get(variable or ""), hosts=2, options="[fake]\nspawn_delay = 0.05") as found:
        yield found.furnish()


@pytest.fixture
def demo(deployment):
    connection = deployment.connect()
    yield connection
    for server in connection.compute.servers(details=False):
        connection.compute.delete_server(server, ignore_missing=True)
    wait(lambda: not list(connection.compute.servers(details=False)), 60)
    assert deployment.audit() == ""


def wait(condition, seconds):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "not in time"
        time.sleep(0.2)


def create(demo, name, **values):
    image, flavor = demo.image.find_image("lite-guest"), demo.compute.find_flavor("m1.nano")
    return demo.compute.create_server(name=name, image_id=image.id, flavor_id=flavor.id, **{
        "networks": [{"uuid": demo.network.find_network("private").id}], **values})


def statuses(demo):
    return sorted(server.status for server in demo.compute.servers())


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


@pytest.mark.parametrize("service", ["conductor", "scheduler", "api", "compute"])
def test_a_service_killed_under_load(deployment, demo, service):
    servers = [create(demo, f"s{i}", networks="none") for i in range(6)]
    assert deployment.kill(service) >= 1
    wait(lambda: all(s in ("ACTIVE", "ERROR") for s in _statuses_when_up(demo)), 120)
    found = list(demo.compute.servers())
    assert len(found) == len(servers)
    for server in found:
        assert server.status == "ACTIVE" or (server.status == "ERROR" and server.fault["message"])
    if service in ("conductor", "scheduler"):
        assert [server.status for server in found] == ["ACTIVE"] * 6, "these lose nothing, they only wait"


def _statuses_when_up(demo):
    try:
        return statuses(demo)
    except Exception:                    # the API itself is being started again
        return [None]


def test_delete_during_build(demo):
    servers = [create(demo, f"d{i}") for i in range(5)]
    for server in servers:
        demo.compute.delete_server(server)
    wait(lambda: statuses(demo) == [], 60)
