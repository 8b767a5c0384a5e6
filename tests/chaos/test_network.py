"""A compute host and an API behind a wire that is cut, slow or lossy: all recover by themselves, nothing is lost,
nothing is done twice."""
import collections
import contextlib
import os
import pathlib
import threading

import pytest
import requests
import sqlalchemy as sa

from tests.chaos.wire import Site
from tests.integration.databases import create, statuses, wait
from tests.integration.deployment import BIN, Deployment, free_ports, required

pytestmark = [pytest.mark.integration, pytest.mark.timeout(400),
              pytest.mark.skipif(os.geteuid() != 0, reason="network namespaces need root")]


@pytest.fixture(scope="module")
def deployment():
    with Deployment(required("NOVA_LITE_TEST_MARIADB_URL")) as found:
        yield found.furnish()


@pytest.fixture
def demo(deployment):
    connection = deployment.connect()
    yield connection
    for server in connection.compute.servers(details=False):
        connection.compute.delete_server(server, ignore_missing=True)
    wait(lambda: not list(connection.compute.servers(details=False)), 90)
    assert deployment.audit() == ""


def settings(site, deployment, name: str, text: str) -> pathlib.Path:
    """A configuration file for a process in the namespace, after the deployment's own."""
    broker = sa.make_url(required("NOVA_LITE_TEST_RABBIT_URL"))
    path = deployment.directory / f"{name}.conf"
    url = broker.set(host=site.outside, port=site.forward(broker.port)).render_as_string(hide_password=False)
    path.write_text(f"[DEFAULT]\nhost = {name}\ntransport_url = {url}\nlog_dir = {deployment.directory}/{name}-log\n"
                    f"[embedded]\nlisten = {site.outside}\nport = {site.forward(deployment.embedded_port)}\n{text}")
    return path


def run(site, deployment, program, path):
    out = open(deployment.directory / f"{path.stem}.out", "ab")
    return site.popen(BIN / program, "--config-file", deployment.config, "--config-file", path, stdout=out, stderr=out)


class Remote:
    """A compute service in a namespace of its own, the only one that takes new servers."""

    def __init__(self, site, deployment):
        self.site, self._deployment = site, deployment
        self.name = f"{deployment.hosts[0]}r"
        self.process = run(site, deployment, "nova-lite-compute", settings(site, deployment, self.name, ""))

    def starts(self) -> dict[str, int]:
        """How often each guest was started there."""
        return collections.Counter(uuid for uuid, verb in self._log() if verb == "starts")

    def running(self) -> set[str]:
        return {uuid for uuid, verb in dict(self._log()).items() if verb == "starts"}

    def _log(self):
        path = self._deployment.directory / "fake" / f"{self.name}.log"
        return [tuple(line.split()[1:3]) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture
def remote(deployment):
    admin = deployment.connect("admin")
    local = {"host": deployment.hosts[0], "binary": "nova-compute"}
    assert admin.compute.put("/os-services/disable", json=local).status_code == 200
    with Site() as site:
        found = Remote(site, deployment)
        wait(lambda: any(s.host == found.name and s.state == "up"
                         for s in admin.compute.services(binary="nova-compute")), 60)
        yield found
        site.loss = site.delay = 0.0
    assert admin.compute.put("/os-services/enable", json=local).status_code == 200
    [gone] = [s for s in admin.compute.services(binary="nova-compute") if s.host == found.name]
    wait(lambda: admin.compute.delete(f"/os-services/{gone.id}").status_code in (204, 404), 60)


def empty(demo):
    for server in demo.compute.servers(details=False):
        demo.compute.delete_server(server, ignore_missing=True)
    wait(lambda: not list(demo.compute.servers(details=False)), 90)


def test_a_host_that_is_cut_off_from_the_broker(demo, remote):
    made = [create(demo, f"n{number}") for number in range(3)]
    wait(lambda: statuses(demo) == ["ACTIVE"] * 3, 60)
    with remote.site.cut():                       # shorter than it takes to be given up: the orders wait
        demo.compute.stop_server(made[0])
        demo.compute.delete_server(made[1])
        made.append(create(demo, "n3"))
        threading.Event().wait(5)                 # what is tested: so long nobody gets anything
    wait(lambda: statuses(demo) == ["ACTIVE", "ACTIVE", "SHUTOFF"], 90)
    assert set(remote.starts().values()) == {1}

    with remote.site.cut():                       # longer: the delete does not wait for it
        demo.compute.delete_server(made[2])
        demo.compute.wait_for_delete(made[2], wait=120)
        assert made[2].id in remote.running()
    wait(lambda: remote.running() == {made[3].id}, 120)
    assert remote.process.poll() is None and set(remote.starts().values()) == {1}
    empty(demo)


def test_a_slow_wire_that_loses_packets(demo, remote):
    """Half a second there and back, every tenth packet lost in each direction."""
    remote.site.delay, remote.site.loss = 0.25, 0.1
    made = [create(demo, f"n{number}") for number in range(4)]
    wait(lambda: statuses(demo) == ["ACTIVE"] * 4, 180)
    demo.compute.stop_server(made[0])
    demo.compute.reboot_server(made[1], "HARD")
    demo.compute.delete_server(made[2])
    wait(lambda: statuses(demo) == ["ACTIVE", "ACTIVE", "SHUTOFF"], 180)
    starts = remote.starts()
    assert [starts[server.id] for server in made] in ([1, 1, 1, 1], [1, 2, 1, 1])
    remote.site.delay = remote.site.loss = 0.0
    empty(demo)


def test_an_api_that_is_cut_off_from_its_database(deployment, demo):
    """What it answers is true: a server for each 202, at most one for a request without an answer."""
    database = sa.make_url(deployment.database_url)
    image, flavor = demo.image.find_image("lite-guest"), demo.compute.find_flavor("m1.nano")
    network = demo.network.find_network("private")
    with Site() as site:
        [port] = free_ports(1)
        outer = site.forward(database.port)
        url = database.set(host=site.outside, port=outer).render_as_string(hide_password=False)
        run(site, deployment, "nova-lite-api", settings(site, deployment, f"{deployment.hosts[0]}a", (
            f"[database]\nconnection = {url}\n[api]\nlisten = {site.inside}\nport = {port}\n")))
        address = f"http://{site.inside}:{port}/v2.1/servers"
        headers = {"X-Auth-Token": demo.auth_token}

        def ask(name):
            """The code of the answer to a create; None: none came."""
            with contextlib.suppress(requests.RequestException):
                return requests.post(address, headers=headers, timeout=60, json={"server": {
                    "name": name, "imageRef": image.id, "flavorRef": flavor.id,
                    "networks": [{"uuid": network.id}]}}).status_code

        def answers():
            with contextlib.suppress(requests.RequestException):
                return requests.get(address, headers=headers, timeout=30).status_code == 200
        wait(answers, 60)
        codes = {"before": ask("before")}
        during = threading.Thread(target=lambda: codes.update(during=ask("during")))
        with site.cut(outer):
            during.start()
            threading.Event().wait(5)             # what is tested: so long it gets no answer
        during.join()
        wait(answers, 90)
        codes["after"] = ask("after")
    assert codes["before"] == codes["after"] == 202 and codes["during"] in (202, 503), codes
    count = collections.Counter(server.name for server in demo.compute.servers())
    assert count["before"] == count["after"] == 1 and count["during"] == (codes["during"] == 202), (codes, count)
    wait(lambda: set(statuses(demo)) == {"ACTIVE"}, 60)
