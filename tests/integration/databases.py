"""What tests on each database share: a deployment with fake guests, and what a user does to it."""
import os

import pytest

from tests.integration.deployment import Deployment
from tests.waiting import wait

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
    wait(lambda: not list(connection.compute.servers(details=False)), 90)
    assert deployment.audit() == ""


def create(demo, name, **values):
    image, flavor = demo.image.find_image("lite-guest"), demo.compute.find_flavor("m1.nano")
    return demo.compute.create_server(name=name, image_id=image.id, flavor_id=flavor.id, **{
        "networks": [{"uuid": demo.network.find_network("private").id}], **values})


def statuses(demo):
    return sorted(server.status for server in demo.compute.servers())
