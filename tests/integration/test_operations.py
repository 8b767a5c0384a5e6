"""What operators do to a running cloud: end and start each of its services, and change its options, under load."""
import os
import signal
import threading
import urllib.error
import urllib.request

import psutil
import pytest

from tests.integration.databases import create, statuses, wait
from tests.integration.deployment import Deployment, free_ports
from tests.integration.observers import Observers

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]
SERVICES = ("api", "conductor", "scheduler", "embedded", "compute")


@pytest.fixture(scope="module")
def deployment():
    observers, ports = Observers(), free_ports(2)
    consoles = f"[vnc]\nnovncproxy_port = {ports[0]}\n[serial_console]\nserialproxy_port = {ports[1]}\n"
    with Deployment(options=f"[fake]\nspawn_delay = 0.3\n{observers.options}{consoles}",
                    services=("novncproxy", "serialproxy")) as found:
        found.observers, found.console_ports = observers, ports
        yield found.furnish()


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_one_process_a_service_and_what_they_cost(deployment):
    """Before they have done much.  Forked of one that has the code: what they share counts once."""
    titles = sorted(" ".join(process.cmdline()).strip().removeprefix("nova-lite: ")
                    for process in deployment.processes())
    assert titles == ["api", "api", f"compute-{deployment.hosts[0]}", "conductor", "consoleproxy", "embedded",
                      "scheduler"]
    own = [psutil.Process(deployment.supervisor.pid), *deployment.processes()]
    assert sum(process.memory_full_info().pss for process in own) < 300e6


def test_every_service_tells_of_its_health(deployment):
    for service, url in deployment.observers.urls.items():
        status, text = get(url + "/healthcheck")
        assert status == 200, (service, text)
        assert ("database: answers" in text) == (service != "compute")
        assert ("heartbeat: " in text) == (service in ("conductor", "scheduler", "compute"))
    status, text = get(f"http://127.0.0.1:{deployment.api_port}/healthcheck")
    assert status == 200 and "broker: answers" in text and "nova-conductor" in text


def test_a_create_is_counted_wherever_it_went(deployment, demo):
    posts = {"service": "api", "method": "POST", "route": "/servers", "code": "202"}
    before = [deployment.observers.metric("api", "nova_lite_http_requests_total", **posts),
              deployment.observers.metric("scheduler", "nova_lite_claims_total", outcome="made"),
              deployment.observers.metric("conductor", "nova_lite_reports_total", step="build_and_run_instance")]
    for number in range(4):             # both of the API's workers get some, and either tells of all
        demo.compute.wait_for_server(create(deployment.connect(), f"counted{number}", networks="none"), wait=60)
    after = [deployment.observers.metric("api", "nova_lite_http_requests_total", **posts),
             deployment.observers.metric("scheduler", "nova_lite_claims_total", outcome="made"),
             deployment.observers.metric("conductor", "nova_lite_reports_total", step="build_and_run_instance")]
    assert [b - a for a, b in zip(before, after, strict=True)] == [4, 4, 4]
    assert deployment.observers.metric("compute", "nova_lite_hop_duration_seconds_count", hop="driver.spawn") >= 4
    assert deployment.observers.metric("api", "nova_lite_rpc_messages_total", method="build_instances",
                                       outcome="sent") >= 4


def test_a_killed_console_proxy_is_back(deployment):
    def answers() -> list[int] | None:
        try:
            return [get(f"http://127.0.0.1:{port}/")[0] for port in deployment.console_ports]
        except urllib.error.URLError:
            return None
    before = wait(answers, 30)
    [old] = deployment.pids("consoleproxy")
    assert deployment.kill("consoleproxy") == 1
    wait(lambda: deployment.pids("consoleproxy") not in ([], [old]), 30)
    assert get(deployment.observers.urls["consoleproxy"] + "/healthcheck")[0] == 200, "its listener was kept"
    wait(lambda: answers() == before, 30)


PAUSE = 0.1             # seconds between a client's creates: what waits for hosts should not pile up


class Load:
    """Servers created one after the other by several clients until ``stop``; whatever is not answered 202 is kept."""

    def __init__(self, deployment, clients: int = 3):
        self.servers, self.failures, self._stop = [], [], threading.Event()
        # A connection of each: its own HTTP session, whose kept-alive connection the API ends when it drains.
        connections = [deployment.connect() for _ in range(clients)]
        self._threads = [threading.Thread(target=self._run, args=pair) for pair in enumerate(connections)]

    def _run(self, number, connection):
        count = 0
        while not self._stop.wait(PAUSE):
            count += 1
            try:
                self.servers.append(create(connection, f"load{number}-{count}", networks="none").id)
            except Exception as error:
                self.failures.append(error)

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        wait(lambda: len(self.servers) >= len(self._threads), 60)
        return self

    def __exit__(self, *exc_info):
        self._stop.set()
        for thread in self._threads:
            thread.join(60)


def test_a_rolling_restart_under_load_loses_nothing(deployment, demo):
    with Load(deployment) as load:
        for service in SERVICES:
            for pid in deployment.pids(service):
                begun, others = len(load.servers), set(deployment.pids(service)) - {pid}
                os.kill(pid, signal.SIGTERM)
                wait(lambda pid=pid, service=service: pid not in deployment.pids(service), 90)
                wait(lambda service=service, others=others: set(deployment.pids(service)) - others, 60)
                wait(lambda begun=begun: len(load.servers) > begun + 3, 60)
    assert load.failures == []
    wait(lambda: set(statuses(demo)) <= {"ACTIVE", "ERROR"}, 120)
    found = list(demo.compute.servers())
    assert len(found) == len(load.servers)
    assert [server.fault for server in found if server.status == "ERROR"] == []


def test_sighup_takes_over_what_may_change_and_loses_nothing(deployment, demo):
    text = deployment.config.read_text()
    with Load(deployment) as load:
        deployment.config.write_text(text.replace("spawn_delay = 0.3", "spawn_delay = 0.3\nspawn_failure_rate = 1.0"))
        os.kill(deployment.supervisor.pid, signal.SIGHUP)
        wait(lambda: "ERROR" in statuses(demo), 60)
        deployment.config.write_text(text.replace("spawn_delay = 0.3", "spawn_delay = many"))
        os.kill(deployment.supervisor.pid, signal.SIGHUP)
        wait(lambda: "was not read again: [fake] spawn_delay" in deployment.logs(), 60)
        deployment.config.write_text(text)
        os.kill(deployment.supervisor.pid, signal.SIGHUP)
        begun = len(load.servers)
        wait(lambda: {server.id for server in demo.compute.servers(status="ACTIVE")} & set(load.servers[begun:]), 60)
    assert load.failures == []
    demo.compute.wait_for_server(create(demo, "after", networks="none"), wait=60)


def test_health_asked_for_often_costs_the_database_little(deployment):
    before = deployment.observers.metric("api", "nova_lite_sql_statements_total", kind="select")
    for _ in range(100):
        assert get(deployment.observers.urls["api"] + "/healthcheck")[0] == 200
    assert deployment.observers.metric("api", "nova_lite_sql_statements_total", kind="select") - before < 50
