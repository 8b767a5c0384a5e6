"""Hosts until 2.42: what they have, and what no driver here can do."""
import pytest

from tests.functional.api.cloud import silence
from tests.functional.api.conftest import ADMIN


def _resources(api, name):
    return [item["resource"] for item in api.get(f"/os-hosts/{name}", token=ADMIN).json["host"]]


def test_list_by_zone(api):
    hosts = api.get("/os-hosts", token=ADMIN, version="2.42").json["hosts"]
    assert {"host_name": "host1", "service": "compute", "zone": "nova"} in hosts
    assert {"host_name": "host1", "service": "scheduler", "zone": "internal"} in hosts
    in_zone = api.get("/os-hosts?zone=nova", token=ADMIN).json["hosts"]
    assert {host["host_name"] for host in in_zone} == {"host1", "host2", "host3"}
    assert api.get("/os-hosts?zone=", token=ADMIN).json["hosts"] == hosts
    assert api.get("/os-hosts?zone=none", token=ADMIN).json == {"hosts": []}


def test_a_disabled_service_is_not_listed(api):
    api.put("/os-services/disable", {"host": "host2", "binary": "nova-compute"}, token=ADMIN)
    hosts = api.get("/os-hosts?zone=nova", token=ADMIN).json["hosts"]
    assert {host["host_name"] for host in hosts} == {"host1", "host3"}


def test_what_a_host_has_and_what_is_used(api, make_server):
    server = make_server()
    total, now, most, project = _resources(api, "host1")
    assert total["project"] == "(total)" and total["cpu"] > 0 and total["host"] == "host1"
    used = {"host": "host1", "cpu": 1, "memory_mb": 512, "disk_gb": 1}
    assert now == {**used, "project": "(used_now)"} and most == {**used, "project": "(used_max)"}
    assert project == {**used, "project": server.project_id}
    assert len(_resources(api, "host2")) == 3


@pytest.mark.parametrize("action", ["", "/reboot", "/shutdown", "/startup"])
def test_what_changes_the_machine_is_refused(api, fails, common_cloud, database, action):
    def ask(name, version=None):
        if action:
            return api.get(f"/os-hosts/{name}{action}", token=ADMIN, version=version)
        return api.put(f"/os-hosts/{name}", {"status": "enable"}, token=ADMIN, version=version)
    assert fails(ask("host9"), 404) == "Host host9 could not be found."
    assert fails(ask("host1"), 501) == "The requested functionality is not supported."
    assert ask("host1", "2.43").status_code == 404
    silence(common_cloud, database, "host3")
    fails(ask("host3"), 400 if action else 501)


@pytest.mark.parametrize("body", [{}, {"status": "on"}, {"maintenance_mode": None}, {"status": "enable", "x": 1}])
def test_update_wants_a_good_body(api, fails, body):
    fails(api.put("/os-hosts/host1", body, token=ADMIN), 400)


def test_an_unknown_host(api, fails):
    assert fails(api.get("/os-hosts/host9", token=ADMIN), 404) == "Compute host host9 could not be found."
    assert api.get("/os-hosts", token=ADMIN, version="2.43").status_code == 404
