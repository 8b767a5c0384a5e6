"""The broker goes away under load: the API goes on accepting, the orders wait in the database, all is done after."""
import pathlib
import secrets
import shutil
import tempfile

import pytest

from tests.integration.databases import create, statuses, wait
from tests.integration.deployment import Deployment
from tools.stack import ports
from tools.stack.rabbitmq import RabbitNode

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]


@pytest.fixture
def broker():
    """A RabbitMQ node of this test's own."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="nova-lite-broker-"))
    directory.chmod(0o755)
    node = RabbitNode(directory / "rabbitmq", directory / "run", directory / "log", ports.free_port(),
                      ports.free_port(), ports.free_port(), secrets.token_hex(8))
    node.start()
    node.wait()
    yield node
    node.stop()
    shutil.rmtree(directory, ignore_errors=True)


def test_orders_wait_for_the_broker(broker):
    with Deployment(broker_url=broker.url) as deployment:
        demo = deployment.furnish().connect()
        running = demo.compute.wait_for_server(create(demo, "before", networks="none"), wait=30)
        broker.stop()
        servers = [create(demo, f"during{i}", networks="none") for i in range(4)]
        demo.compute.stop_server(running)
        broker.start()
        broker.wait()
        wait(lambda: statuses(demo) == ["ACTIVE"] * 4 + ["SHUTOFF"], 90)
        assert len({server.id for server in servers}) == 4
        for server in demo.compute.servers():
            demo.compute.delete_server(server)
        wait(lambda: statuses(demo) == [], 60)
        assert deployment.audit() == ""
