"""The broker is restarted, killed, wiped, away: the API accepts at once, orders wait, all is done after its return."""
import json
import os
import pathlib
import secrets
import shutil
import subprocess
import tempfile
import time

import pytest

from tests.chaos.killing import kill_session
from tests.chaos.load import Load
from tests.integration.databases import create, statuses, wait
from tests.integration.deployment import Deployment
from tools.stack import ports
from tools.stack.rabbitmq import RabbitNode

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
AWAY = float(os.environ.get("NOVA_LITE_TEST_AWAY", "10"))       # seconds; every lease of the deployment is shorter


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def deployment(broker):
    with Deployment(broker_url=broker.url, hosts=2, options="[fake]\nspawn_delay = 0.05") as found:
        yield found.furnish()


def rabbitmqctl(broker, *args) -> list[dict]:
    """What it prints, with --formatter json."""
    done = subprocess.run(["/usr/lib/rabbitmq/bin/rabbitmqctl", "--formatter", "json", "--silent", *args], timeout=120,
                          capture_output=True, text=True, env={**os.environ, **broker._environment()})
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout or "[]")


def restarted(broker):
    broker.stop()
    broker.start()
    broker.wait()


def killed(broker):
    kill_session(broker._server.pid(), broker.port)
    broker.start()
    broker.wait()


def queues_deleted(broker):
    for queue in rabbitmqctl(broker, "list_queues", "name"):
        rabbitmqctl(broker, "delete_queue", queue["name"])


def wiped(broker):
    """Another node with nothing in it comes in its place."""
    broker.stop()
    shutil.rmtree(broker.directory / "mnesia")
    broker.start()
    broker.wait()


def away(broker):
    broker.stop()
    time.sleep(AWAY)
    broker.start()
    broker.wait()


def test_queues_and_channels_are_as_they_must_be(deployment, broker):
    """Before any fault: a channel that was made anew says that it wants confirms with its first message only."""
    demo = deployment.connect()
    server = demo.compute.wait_for_server(create(demo, "one", networks="none"), wait=60)
    demo.compute.get_server_console_output(server)      # the API has its reply queue now
    queues = {q["name"]: q for q in rabbitmqctl(broker, "list_queues", "name", "type", "durable", "auto_delete")}
    ours = {name: queue for name, queue in queues.items() if "fanout" not in name}
    for name in ("conductor", "scheduler", *(f"compute.{host}" for host in deployment.hosts)):
        assert name in ours
    assert any(name.startswith("reply_") for name in ours)
    assert {(q["type"], q["durable"], q["auto_delete"]) for q in ours.values()} == {("quorum", True, False)}
    channels = rabbitmqctl(broker, "list_channels", "name", "confirm", "consumer_count", "prefetch_count",
                           "global_prefetch_count")
    consuming = [channel for channel in channels if channel["consumer_count"]]
    assert consuming and all(0 < c["prefetch_count"] + c["global_prefetch_count"] <= 64 for c in consuming)
    sending = [channel for channel in channels if not channel["consumer_count"]]
    assert sending and all(channel["confirm"] for channel in sending), "publisher confirms"
    demo.compute.delete_server(server)
    wait(lambda: not statuses(demo), 60)


@pytest.mark.parametrize("fault", [restarted, killed, queues_deleted, wiped, away], ids=lambda fault: fault.__name__)
def test_under_load(deployment, broker, fault, record_property):
    demo = deployment.connect()
    running = demo.compute.wait_for_server(create(demo, "running", networks="none"), wait=60)
    with Load(deployment, users=2) as load:
        wait(lambda: len(load.servers) >= 2, 60)
        if fault is away:
            broker.stop()
            demo.compute.stop_server(running)           # an action that waits, too
        fault(broker)
    assert load.wrong == [] and set(load.codes) == {202}, "nobody is told to come again"
    record_property("accepted", load.codes[202])
    record_property("slowest answer", load.slowest)
    began, expected = time.monotonic(), {**load.servers, "running": running.id}
    wait(lambda: [s for s in statuses(demo) if s != "SHUTOFF"] == ["ACTIVE"] * (len(expected) - (fault is away)), 90)
    record_property("seconds to rest", time.monotonic() - began)
    assert {found.name: found.id for found in demo.compute.servers()} == expected
    for found in demo.compute.servers(details=False):
        demo.compute.delete_server(found)
    wait(lambda: not statuses(demo), 60)
    assert deployment.audit() == ""
