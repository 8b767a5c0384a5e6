"""A database server of a test's own behind a proxy, and what is done to both.  Each fault returns how often it hit."""
import contextlib
import dataclasses
import pathlib
import secrets
import shutil
import tempfile
import time

import sqlalchemy as sa

from tests.chaos.killing import kill_session
from tests.chaos.proxy import Proxy
from tests.waiting import wait
from tools.stack import ports
from tools.stack.databases import DatabaseServer, MariaDB, PostgreSQL

KINDS = {kind.NAME.lower(): kind for kind in (MariaDB, PostgreSQL)}
CUTS = 20                   # times that all connections are cut, a fifth of a second apart
COMMITS = 15                # commits that are cut
SLOW = 0.05                 # seconds, each way


@dataclasses.dataclass(frozen=True)
class Database:
    """A ``server`` and the ``proxy`` through which a cloud reaches it."""

    server: DatabaseServer
    proxy: Proxy

    @property
    def url(self) -> str:
        return sa.make_url(self.server.url).set(port=self.proxy.port).render_as_string(hide_password=False)


@contextlib.contextmanager
def running(kind: str):
    """Yields a Database of ``kind``, mariadb or postgresql (needs root: it runs as a user of its own)."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="nova-lite-database-"))
    directory.chmod(0o755)
    server = KINDS[kind](directory / "server", directory / "run", directory / "log", ports.free_port(),
                         secrets.token_hex(8))
    try:
        server.start()
        with Proxy(server.port) as proxy:
            yield Database(server, proxy)
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


def restart(cloud, rng) -> int:
    cloud.database.server.stop()
    cloud.database.server.start()
    return 1


def kill(cloud, rng) -> int:
    """And start it again."""
    kill_session(cloud.database.server._daemon.pid(), cloud.database.server.port)
    cloud.database.server.start()
    return 1


def away(cloud, rng) -> int:
    with cloud.database.proxy.away():
        time.sleep(cloud.away)
    return 1


def cut(cloud, rng) -> int:
    """Every connection, in the middle of whatever it carries."""
    for _ in range(CUTS):
        time.sleep(0.2)
        cloud.database.proxy.cut_all()
    return CUTS


def cut_before_commits(cloud, rng) -> int:
    return _cut_commits(cloud.database.proxy, "before")


def cut_after_commits(cloud, rng) -> int:
    return _cut_commits(cloud.database.proxy, "after")


def _cut_commits(proxy, when) -> int:
    proxy.cut_commits(when, COMMITS)
    wait(lambda: proxy.cut_left == 0, 60, "too few commits came")
    return COMMITS


def slow(cloud, rng) -> int:
    cloud.database.proxy.delay = SLOW
    time.sleep(5)
    cloud.database.proxy.delay = 0.0
    return 1


def silent(cloud, rng) -> int:
    """What was sent is never answered; then the connections end."""
    cloud.database.proxy.swallowing = True
    time.sleep(cloud.away)
    cloud.database.proxy.swallowing = False
    cloud.database.proxy.cut_all()
    return 1
