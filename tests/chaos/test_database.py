"""The database is killed, away, cut off in the middle of commits, silent: nothing is lost, nothing is done twice."""
import os
import pathlib
import secrets
import shutil
import tempfile
import time

import pytest
import sqlalchemy as sa

from tests.chaos.killing import kill_session
from tests.chaos.load import Load
from tests.chaos.proxy import Proxy
from tests.integration.databases import statuses, wait
from tests.integration.deployment import Deployment
from tools.stack import ports
from tools.stack.databases import MariaDB, PostgreSQL

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
AWAY = float(os.environ.get("NOVA_LITE_TEST_AWAY", "10"))       # seconds; every lease of the deployment is shorter


@pytest.fixture(scope="module", params=[MariaDB, PostgreSQL], ids=["mariadb", "postgresql"])
def server(request):
    """A database server of this test's own."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="nova-lite-database-"))
    directory.chmod(0o755)
    found = request.param(directory / "server", directory / "run", directory / "log", ports.free_port(),
                          secrets.token_hex(8))
    found.start()
    yield found
    found.stop()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="module")
def proxy(server):
    with Proxy(server.port) as found:
        yield found


@pytest.fixture(scope="module")
def deployment(server, proxy):
    url = sa.make_url(server.url).set(port=proxy.port).render_as_string(hide_password=False)
    with Deployment(url, hosts=2, options="[fake]\nspawn_delay = 0.05") as found:
        yield found.furnish()


def killed_and_restarted(server, proxy):
    kill_session(server._daemon.pid(), server.port)
    server.start()


def restarted(server, proxy):
    server.stop()
    server.start()


def away(server, proxy):
    with proxy.away():
        time.sleep(AWAY)


def cut(server, proxy):
    for _ in range(20):
        time.sleep(0.2)
        proxy.cut_all()


def cut_before_commits(server, proxy):
    proxy.cut_commits("before", 15)
    wait(lambda: proxy.cut_left == 0, 60)


def cut_after_commits(server, proxy):
    proxy.cut_commits("after", 15)
    wait(lambda: proxy.cut_left == 0, 60)


def slow(server, proxy):
    proxy.delay = 0.05
    time.sleep(5)
    proxy.delay = 0.0


def silent(server, proxy):
    """What was sent is never answered; then the connections end."""
    proxy.swallowing = True
    time.sleep(AWAY)
    proxy.swallowing = False
    proxy.cut_all()


@pytest.mark.parametrize("fault", [restarted, killed_and_restarted, away, cut, cut_before_commits, cut_after_commits,
                                   slow, silent], ids=lambda fault: fault.__name__)
def test_under_load(deployment, server, proxy, fault, record_property):
    with Load(deployment) as load:
        wait(lambda: len(load.servers) >= 4, 60)
        fault(server, proxy)
        before = len(load.servers)
        wait(lambda: len(load.servers) >= before + 4, 60)
    record_property("answers", dict(load.codes))
    assert load.wrong == []
    demo = deployment.connect()
    began = time.monotonic()
    wait(lambda: set(statuses(demo)) == {"ACTIVE"}, 90)
    record_property("seconds to rest", time.monotonic() - began)
    assert {found.name: found.id for found in demo.compute.servers()} == load.servers, "each once, as answered"
    for found in demo.compute.servers(details=False):
        demo.compute.delete_server(found)
    wait(lambda: not statuses(demo), 60)
    assert deployment.audit() == ""
