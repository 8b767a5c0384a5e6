"""A RabbitMQ node of a test's own, and what is done to it.  Each fault returns how often it hit."""
import contextlib
import pathlib
import secrets
import shutil
import tempfile
import time

from tests.chaos.killing import kill_session
from tools.stack import ports
from tools.stack.rabbitmq import RabbitNode


@contextlib.contextmanager
def running():
    """Yields the node; all of it is gone at the end."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="nova-lite-broker-"))
    directory.chmod(0o755)
    node = RabbitNode(directory / "rabbitmq", directory / "run", directory / "log", ports.free_port(),
                      ports.free_port(), ports.free_port(), secrets.token_hex(8))
    try:
        node.start()
        node.wait()
        yield node
    finally:
        node.stop()
        shutil.rmtree(directory, ignore_errors=True)


def restart(cloud, rng) -> int:
    cloud.broker.stop()
    return _start(cloud.broker)


def kill(cloud, rng) -> int:
    kill_session(cloud.broker._server.pid(), cloud.broker.port)
    return _start(cloud.broker)


def delete_queues(cloud, rng) -> int:
    """Behind the back of those who consume from them."""
    queues = cloud.broker.control("list_queues", "name")
    for queue in queues:
        cloud.broker.control("delete_queue", queue["name"])
    return len(queues)


def wipe(cloud, rng) -> int:
    """Another node with nothing in it comes in its place."""
    cloud.broker.stop()
    shutil.rmtree(cloud.broker.directory / "mnesia")
    return _start(cloud.broker)


def away(cloud, rng) -> int:
    cloud.broker.stop()
    time.sleep(cloud.away)
    return _start(cloud.broker)


def _start(node) -> int:
    node.start()
    node.wait()
    return 1
