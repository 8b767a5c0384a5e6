"""Services behind a wire of their own (tests.chaos.wire), and what is done to the wire.  Needs root.

Each fault returns how often it hit.
"""
import collections
import contextlib
import pathlib
import time

import requests
import sqlalchemy as sa

from tests.chaos.wire import Site
from tests.integration.deployment import BIN, free_ports
from tests.waiting import wait

DELAY, LOSS = 0.25, 0.1             # seconds in each direction; share of packets lost in each


class Remote:
    """A compute service in a namespace.  ``with Remote(deployment) as remote:`` it is up."""

    def __init__(self, deployment):
        self.deployment, self.site = deployment, Site()
        self.name = f"{deployment.hosts[0]}r"

    def __enter__(self):
        with contextlib.ExitStack() as undo:
            undo.enter_context(self.site)
            self.process = _run(self.site, self.deployment, "nova-lite-compute",
                                _settings(self.site, self.deployment, self.name))
            wait(self.is_up, 60, self.logs)
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *exc_info):
        self._undo.close()

    def is_up(self) -> bool:
        services = self.deployment.connect("admin").compute.services(binary="nova-compute")
        return any(service.host == self.name and service.state == "up" for service in services)

    def starts(self) -> dict[str, int]:
        """How often each guest was started there."""
        return collections.Counter(uuid for uuid, verb in self._verbs() if verb == "starts")

    def running(self) -> set[str]:
        return {uuid for uuid, verb in dict(self._verbs()).items() if verb == "starts"}

    def _verbs(self):
        path = self.deployment.directory / "fake" / f"{self.name}.log"
        return [tuple(line.split()[1:3]) for line in path.read_text().splitlines()] if path.exists() else []

    def logs(self) -> str:
        paths = (self.deployment.directory / f"{self.name}-log").glob("*.log")
        return "\n".join(["== remote", *(path.read_text(errors="replace") for path in paths), self.deployment.logs()])

    @contextlib.contextmanager
    def slow(self):
        """In the block its wire is slow, and loses packets."""
        self.site.delay, self.site.loss = DELAY, LOSS
        try:
            yield
        finally:
            self.site.delay = self.site.loss = 0.0


class RemoteApi:
    """An API service in a namespace, at ``url``.  ``with RemoteApi(deployment) as api:`` it answers.

    ``cut()``: in the block it does not reach its database.
    """

    def __init__(self, deployment):
        self._deployment, self._site = deployment, Site()

    def __enter__(self):
        with contextlib.ExitStack() as undo:
            undo.enter_context(self._site)
            database = sa.make_url(self._deployment.database_url)
            [port], self._database = free_ports(1), self._site.forward(database.port)
            url = database.set(host=self._site.outside, port=self._database).render_as_string(hide_password=False)
            self.url = f"http://{self._site.inside}:{port}/v2.1"
            self.process = _run(self._site, self._deployment, "nova-lite-api", _settings(
                self._site, self._deployment, f"{self._deployment.hosts[0]}a",
                f"[database]\nconnection = {url}\n[api]\nlisten = {self._site.inside}\nport = {port}\n"))
            self._token = self._deployment.connect().auth_token
            wait(self.answers, 60, self._deployment.logs)
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *exc_info):
        self._undo.close()

    def cut(self):
        return self._site.cut(self._database)

    def answers(self) -> bool:
        """Lists servers, for which it needs its database."""
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.url}/servers", headers={"X-Auth-Token": self._token},
                                timeout=30).status_code == 200
        return False


def _settings(site, deployment, name: str, text: str = "") -> pathlib.Path:
    """A configuration file for a process in the namespace, after the deployment's own."""
    broker = sa.make_url(deployment.broker_url)
    path = deployment.directory / f"{name}.conf"
    url = broker.set(host=site.outside, port=site.forward(broker.port)).render_as_string(hide_password=False)
    path.write_text(f"[DEFAULT]\nhost = {name}\ntransport_url = {url}\nlog_dir = {deployment.directory}/{name}-log\n"
                    f"[embedded]\nlisten = {site.outside}\nport = {site.forward(deployment.embedded_port)}\n{text}")
    return path


def _run(site, deployment, program, path):
    out = open(deployment.directory / f"{path.stem}.out", "ab")
    return site.popen(BIN / program, "--config-file", deployment.config, "--config-file", path, stdout=out, stderr=out,
                      cwd=deployment.directory)


def cut_host(cloud, rng) -> int:
    """A compute host is cut off from the broker."""
    with cloud.remote.site.cut():
        time.sleep(cloud.away)
    return 1


def slow_host(cloud, rng) -> int:
    with cloud.remote.slow():
        time.sleep(cloud.away)
    return 1


def cut_api(cloud, rng) -> int:
    """One of two APIs is cut off from its database."""
    with RemoteApi(cloud.deployment) as api, cloud.user.also(api.url):
        time.sleep(1)                           # requests come in
        with api.cut():
            time.sleep(cloud.away)
        wait(api.answers, 90, cloud.deployment.logs)
    return 1
