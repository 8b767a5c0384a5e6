"""Hypervisors by microversion."""
import json
import uuid

import pytest

from nova_lite import exceptions
from nova_lite.compute.manager import ComputeManager
from tests.functional.api import cloud
from tests.functional.api.conftest import ADMIN

BRIEF = {"hypervisor_hostname": "host1", "state": "up", "status": "enabled"}
# what one server of the flavor m1.tiny takes of a fake host
USAGE = {"vcpus": 1000, "vcpus_used": 1, "memory_mb": 8000000, "memory_mb_used": 512, "free_ram_mb": 7999488,
         "local_gb": 600000, "local_gb_used": 1, "free_disk_gb": 599999, "disk_available_least": 599999,
         "running_vms": 1, "current_workload": 0}
UNUSED = USAGE | {"vcpus_used": 0, "memory_mb_used": 0, "free_ram_mb": 8000000, "local_gb_used": 0,
                  "free_disk_gb": 600000, "disk_available_least": 600000, "running_vms": 0}
OTHERS = {"hypervisor_type": "fake", "hypervisor_version": 1, "host_ip": "127.0.0.1"}
CPU = {"arch": "x86_64", "model": "fake", "vendor": "fake", "features": [],
       "topology": {"cores": 1, "threads": 1, "sockets": 1}}


def _get(api, path="", version=None):
    return api.get(f"/os-hypervisors{path}", token=ADMIN, version=version)


def _ids(api, path, version=None):
    return [hypervisor["id"] for hypervisor in _get(api, path, version).json["hypervisors"]]


def _of_host1(answer):
    [found] = [h for h in answer.json["hypervisors"] if h["hypervisor_hostname"] == "host1"]
    assert len(answer.json["hypervisors"]) == 3
    return found


@pytest.fixture
def node(database, make_server):
    """host1, which has one server: the row of its compute node."""
    make_server()
    return cloud.compute_node(database)


@pytest.fixture
def service(database):
    """The row of host1's service."""
    return cloud.service(database)


@pytest.fixture
def uptime(monkeypatch):
    """What host1 answers; an exception is raised."""
    class Host:
        answer = " 12:00:00 up 1 day\n"

    def get_host_uptime(manager, _context):
        if manager.host.name != "host1":
            return "another's"
        if isinstance(host.answer, Exception):
            raise host.answer
        return host.answer

    host = Host()
    monkeypatch.setattr(ComputeManager, "get_host_uptime", get_host_uptime)
    return host


def test_54_bodies_until_2_52(api, node, service):
    brief = BRIEF | {"id": node.id}
    others = OTHERS | {"service": {"id": service.id, "host": "host1", "disabled_reason": None}}
    assert _of_host1(_get(api)) == brief
    whole = brief | USAGE | others | {"cpu_info": json.dumps(CPU)}
    assert _of_host1(_get(api, "/detail")) == whole
    assert _get(api, f"/{node.id}", "2.27").json == {"hypervisor": whole}
    whole["cpu_info"] = CPU
    assert _get(api, f"/{node.id}", "2.28").json == {"hypervisor": whole}
    assert _of_host1(_get(api, "/detail", "2.38")) == whole


def test_54_bodies_from_2_53(api, node, service, uptime):
    brief = BRIEF | {"id": node.uuid}
    others = OTHERS | {"service": {"id": service.uuid, "host": "host1", "disabled_reason": None}}
    assert _of_host1(_get(api, "", "2.53")) == brief
    assert _get(api, f"/{node.uuid}", "2.53").json == {"hypervisor": brief | USAGE | others | {"cpu_info": CPU}}
    whole = brief | others | {"uptime": uptime.answer}
    assert _get(api, f"/{node.uuid}", "2.88").json == {"hypervisor": whole}
    assert _of_host1(_get(api, "/detail", "2.88")) == whole
    uptime.answer = exceptions.ServiceUnavailable()
    assert _get(api, f"/{node.uuid}", "2.88").json == {"hypervisor": whole | {"uptime": None}}


def test_state_status_and_workload(api, common_cloud, database, make_server):
    for number, task_state in enumerate((None, "spawning", "deleting")):
        make_server(number, task_state=task_state)
    api.put("/os-services/disable-log-reason", {"host": "host1", "binary": "nova-compute", "disabled_reason": "why"},
            token=ADMIN)
    cloud.silence(common_cloud, database)
    body = _of_host1(_get(api, "/detail"))
    assert (body["state"], body["status"], body["service"]["disabled_reason"], body["current_workload"]) == (
        "down", "disabled", "why", 2)


def test_pages_from_2_33(api, database, fails):
    nodes = cloud.compute_nodes(database)
    one, two, three = [node.id for node in nodes]
    body = _get(api, "?limit=2", "2.33").json
    assert [h["id"] for h in body["hypervisors"]] == [one, two]
    assert body["hypervisors_links"] == [
        {"rel": "next", "href": f"http://localhost/v2.1/os-hypervisors?limit=2&marker={two}"}]
    body = _get(api, f"/detail?limit=2&marker={two}", "2.33").json
    assert [h["id"] for h in body["hypervisors"]] == [three] and body.keys() == {"hypervisors"}
    assert _ids(api, "?limit=2", "2.32") == [one, two, three]
    for marker in ("99", "x"):
        assert fails(_get(api, f"?marker={marker}", "2.33"), 400) == f"marker [{marker}] not found"
    assert _ids(api, f"?marker={nodes[1].uuid}", "2.53") == [nodes[2].uuid]
    assert fails(_get(api, "?marker=2", "2.53"), 400) == "marker [2] not found"
    fails(_get(api, "?nonsense=1", "2.53"), 400)


def test_search_and_servers_by_name(api, database, node, make_server, fails):
    make_server(2, deleted=True, vm_state="deleted")
    [server] = [s["id"] for s in api.get("/servers?all_tenants=1", token=ADMIN).json["servers"]]
    name, ids = f"instance-{server[:8]}", [row.id for row in cloud.compute_nodes(database)]
    brief, second = BRIEF | {"id": node.id}, cloud.compute_node(database, "host2")
    assert _get(api, "/HOST1/search").json == {"hypervisors": [brief]}
    assert _get(api, "/host1/servers").json == {
        "hypervisors": [brief | {"servers": [{"name": name, "uuid": server}]}]}
    assert "servers" not in _get(api, "/host2/servers").json["hypervisors"][0]
    assert _ids(api, "/host/search") == ids
    assert _ids(api, "/t2/search") == [second.id]
    for pattern in ("zz", "_", "%25"):                  # no wildcards of LIKE
        for path in (f"/{pattern}/search", f"/{pattern}/servers"):
            text = pattern.replace("%25", "%")
            assert fails(_get(api, path), 404) == f"No hypervisor matching '{text}' could be found."
            assert _get(api, path, "2.53").status_code == 404
    body = _get(api, "?hypervisor_hostname_pattern=t1&with_servers=true", "2.53").json["hypervisors"]
    assert body == [BRIEF | {"id": node.uuid, "servers": [{"name": name, "uuid": server}]}]
    body = _get(api, "/detail?with_servers=1&hypervisor_hostname_pattern=t2", "2.53").json["hypervisors"]
    assert "servers" not in body[0]
    body = _get(api, "?with_servers=1", "2.75").json["hypervisors"]
    assert {h["hypervisor_hostname"]: len(h["servers"]) for h in body} == {"host1": 1, "host2": 0, "host3": 0}
    assert len(_get(api, f"/{node.uuid}?with_servers=1", "2.53").json["hypervisor"]["servers"]) == 1
    assert fails(_get(api, "?hypervisor_hostname_pattern=zz", "2.53"), 404) == (
        "No hypervisor matching 'zz' could be found.")
    fails(_get(api, "?hypervisor_hostname_pattern=t1&limit=1", "2.53"), 400)


def test_unknown_ids(api, fails):
    for text in ("99", "x", "99999999999999999999", "-1"):
        for path in (f"/{text}", f"/{text}/uptime"):
            assert fails(_get(api, path), 404) == f"Hypervisor with ID '{text}' could not be found."
    assert fails(_get(api, "/1", "2.53"), 400) == "Invalid uuid 1"
    unknown = str(uuid.uuid4())
    assert fails(_get(api, f"/{unknown}", "2.53"), 404) == f"Hypervisor with ID '{unknown}' could not be found."


def test_statistics_leave_out_the_disabled(api, node):
    api.put("/os-services/disable", {"host": "host3", "binary": "nova-compute"}, token=ADMIN)
    body = _get(api, "/statistics").json
    assert body == {"hypervisor_statistics": {"count": 2} | {name: USAGE[name] + UNUSED[name] for name in USAGE}}
    assert _get(api, "/statistics", "2.88").status_code in (400, 404)


def test_statistics_of_nothing(api):
    for host in ("host1", "host2", "host3"):
        api.put("/os-services/disable", {"host": host, "binary": "nova-compute"}, token=ADMIN)
    assert _get(api, "/statistics").json == {"hypervisor_statistics": {"count": 0} | dict.fromkeys(USAGE, 0)}


def test_uptime(api, node, fails, uptime):
    assert _get(api, f"/{node.id}/uptime").json == {"hypervisor": BRIEF | {"id": node.id, "uptime": uptime.answer}}
    api.put("/os-services/force-down", {"host": "host1", "binary": "nova-compute", "forced_down": True}, token=ADMIN,
            version="2.11")
    assert fails(_get(api, f"/{node.id}/uptime"), 400) == "Compute service of host1 is unavailable at this time."


def test_uptime_is_the_hosts_own(api, node):
    assert " up " in _get(api, f"/{node.id}/uptime").json["hypervisor"]["uptime"]


def test_for_administrators_only(api, fails):
    for path in ("", "/detail", "/1", "/statistics", "/x/search", "/x/servers", "/1/uptime"):
        fails(api.get(f"/os-hypervisors{path}"), 403)
