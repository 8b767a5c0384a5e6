"""Hypervisors by microversion."""
import json
import uuid

import pytest

from nova_lite import exceptions
from nova_lite.api.handlers import hypervisors
from tests.functional.api import cloud
from tests.functional.api.conftest import ADMIN

BRIEF = {"id": 1, "hypervisor_hostname": "node-h1", "state": "up", "status": "enabled"}
USAGE = {"vcpus": 8, "vcpus_used": 2, "memory_mb": 8192, "memory_mb_used": 1024, "free_ram_mb": 7168, "local_gb": 100,
         "local_gb_used": 10, "free_disk_gb": 90, "disk_available_least": 90, "running_vms": 0, "current_workload": 0}
OTHERS = {"hypervisor_type": "fake", "hypervisor_version": 1000, "host_ip": "127.0.0.1",
          "service": {"id": 1, "host": "h1", "disabled_reason": None}}


def _get(api, path="", version=None):
    return api.get(f"/os-hypervisors{path}", token=ADMIN, version=version)


def _ids(api, path, version=None):
    return [hypervisor["id"] for hypervisor in _get(api, path, version).json["hypervisors"]]


@pytest.fixture
def node(database):
    """(uuid of the service, uuid of the compute node) of host h1."""
    return cloud.service(database), cloud.compute_node(database)


@pytest.fixture
def uptime(monkeypatch):
    """What the host answers; an exception is raised."""
    class Host:
        answer = " 12:00:00 up 1 day\n"

        def get_host_uptime(self, _context, host):
            assert host == "h1"
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

    host = Host()
    monkeypatch.setattr(hypervisors, "_compute_rpcapi", lambda: host)
    return host


def test_bodies_until_2_52(api, node):
    assert _get(api).json == {"hypervisors": [BRIEF]}
    whole = BRIEF | USAGE | OTHERS | {"cpu_info": json.dumps({"arch": "x86_64"})}
    assert _get(api, "/detail").json == {"hypervisors": [whole]}
    assert _get(api, "/1", "2.27").json == {"hypervisor": whole}
    whole["cpu_info"] = {"arch": "x86_64"}
    assert _get(api, "/1", "2.28").json == {"hypervisor": whole}
    assert _get(api, "/detail", "2.38").json == {"hypervisors": [whole]}


def test_bodies_from_2_53(api, node, later, uptime):
    service_uuid, node_uuid = node
    brief = BRIEF | {"id": node_uuid}
    others = OTHERS | {"service": OTHERS["service"] | {"id": service_uuid}}
    assert _get(api, "", "2.53").json == {"hypervisors": [brief]}
    assert _get(api, f"/{node_uuid}", "2.53").json == {
        "hypervisor": brief | USAGE | others | {"cpu_info": {"arch": "x86_64"}}}
    whole = brief | others | {"uptime": uptime.answer}
    assert _get(api, f"/{node_uuid}", "2.88").json == {"hypervisor": whole}
    assert _get(api, "/detail", "2.88").json == {"hypervisors": [whole]}
    uptime.answer = exceptions.ServiceUnavailable()
    assert _get(api, f"/{node_uuid}", "2.88").json == {"hypervisor": whole | {"uptime": None}}


def test_state_status_and_workload(api, database):
    cloud.service(database, up=False, disabled=True, disabled_reason="why")
    cloud.compute_node(database)
    for task_state in (None, "spawning", "deleting"):
        cloud.server(database, task_state=task_state)
    body = _get(api, "/detail").json["hypervisors"][0]
    assert (body["state"], body["status"], body["service"]["disabled_reason"], body["current_workload"]) == (
        "down", "disabled", "why", 2)


def test_pages_from_2_33(api, database, fails, later):
    uuids = []
    for host in ("a", "b", "c"):
        cloud.service(database, host)
        uuids.append(cloud.compute_node(database, host))
    body = _get(api, "?limit=2", "2.33").json
    assert [h["id"] for h in body["hypervisors"]] == [1, 2]
    assert body["hypervisors_links"] == [
        {"rel": "next", "href": "http://localhost/v2.1/os-hypervisors?limit=2&marker=2"}]
    body = _get(api, "/detail?limit=2&marker=2", "2.33").json
    assert [h["id"] for h in body["hypervisors"]] == [3] and body.keys() == {"hypervisors"}
    assert _ids(api, "?limit=2", "2.32") == [1, 2, 3]
    for marker in ("9", "x"):
        assert fails(_get(api, f"?marker={marker}", "2.33"), 400) == f"marker [{marker}] not found"
    assert _ids(api, f"?marker={uuids[1]}", "2.53") == [uuids[2]]
    assert fails(_get(api, "?marker=2", "2.53"), 400) == "marker [2] not found"
    fails(_get(api, "?nonsense=1", "2.53"), 400)


def test_search_and_servers_by_name(api, database, node, fails, later):
    cloud.service(database, "g_2")
    cloud.compute_node(database, "g_2")
    server = cloud.server(database)
    cloud.server(database, deleted=True)
    name = f"instance-{server[:8]}"
    assert _get(api, "/H1/search").json == {"hypervisors": [BRIEF]}
    assert _get(api, "/h1/servers").json == {
        "hypervisors": [BRIEF | {"servers": [{"name": name, "uuid": server}]}]}
    assert "servers" not in _get(api, "/g_2/servers").json["hypervisors"][0]
    assert _ids(api, "/node/search") == [1, 2]
    assert _ids(api, "/_/search") == [2]
    for path in ("/zz/search", "/zz/servers"):
        assert fails(_get(api, path), 404) == "No hypervisor matching 'zz' could be found."
        assert _get(api, path, "2.53").status_code == 404
    body = _get(api, "?hypervisor_hostname_pattern=h1&with_servers=true", "2.53").json["hypervisors"]
    assert body == [BRIEF | {"id": node[1], "servers": [{"name": name, "uuid": server}]}]
    body = _get(api, "/detail?with_servers=1&hypervisor_hostname_pattern=g_", "2.53").json["hypervisors"]
    assert "servers" not in body[0]
    body = _get(api, "?with_servers=1", "2.75").json["hypervisors"]
    assert [len(hypervisor["servers"]) for hypervisor in body] == [1, 0]
    assert len(_get(api, f"/{node[1]}?with_servers=1", "2.53").json["hypervisor"]["servers"]) == 1
    assert fails(_get(api, "?hypervisor_hostname_pattern=zz", "2.53"), 404) == (
        "No hypervisor matching 'zz' could be found.")
    fails(_get(api, "?hypervisor_hostname_pattern=h1&limit=1", "2.53"), 400)


def test_unknown_ids(api, node, fails, later):
    for text in ("9", "x", "99999999999999999999", "-1"):
        for path in (f"/{text}", f"/{text}/uptime"):
            assert fails(_get(api, path), 404) == f"Hypervisor with ID '{text}' could not be found."
    assert fails(_get(api, "/1", "2.53"), 400) == "Invalid uuid 1"
    unknown = str(uuid.uuid4())
    assert fails(_get(api, f"/{unknown}", "2.53"), 404) == f"Hypervisor with ID '{unknown}' could not be found."


def test_statistics_leave_out_the_disabled(api, database, node, later):
    cloud.service(database, "h2")
    cloud.compute_node(database, "h2")
    cloud.service(database, "off", disabled=True)
    cloud.compute_node(database, "off")
    body = _get(api, "/statistics").json
    assert body == {"hypervisor_statistics": {"count": 2} | {name: 2 * number for name, number in USAGE.items()}}
    assert _get(api, "/statistics", "2.88").status_code in (400, 404)


def test_statistics_of_nothing(api):
    assert _get(api, "/statistics").json == {"hypervisor_statistics": {"count": 0} | dict.fromkeys(USAGE, 0)}


def test_uptime(api, database, node, fails, uptime):
    assert _get(api, "/1/uptime").json == {"hypervisor": BRIEF | {"uptime": uptime.answer}}
    cloud.service(database, forced_down=True)
    assert fails(_get(api, "/1/uptime"), 400) == "Compute service of h1 is unavailable at this time."


def test_for_administrators_only(api, fails):
    for path in ("", "/detail", "/1", "/statistics", "/x/search", "/x/servers", "/1/uptime"):
        fails(api.get(f"/os-hypervisors{path}"), 403)
