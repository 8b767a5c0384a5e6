"""Routes of Nova's that a cloud here answers without having what is behind them."""
import datetime

import pytest

from nova_lite.api.microversions import MAX, MIN
from nova_lite.api.routes import ELSEWHERE, GONE
from nova_lite.db import session, usage_audits
from tests.functional.api.conftest import ADMIN
from tests.functional.api.server_fixtures import IMAGE, NETWORK, OTHER
from tests.functional.clouds import HOSTS

UUID = "0e44cc9c-e052-415d-afbf-000000000001"


def path_of(template):
    return template.replace("{server_id}", UUID).replace("{image_id}", IMAGE).replace("{id}", "1")


@pytest.mark.parametrize("version", ["2.1", "2.100"])
@pytest.mark.parametrize(("method", "path"), GONE)
def test_gone(api, fails, method, path, version):
    for each in (method,) if method else ("GET", "POST"):
        fails(api.request(each, path_of(path), version=version), 410)
    if method is None:
        fails(api.request("DELETE", path_of(path) + "/x/action", version=version), 410)


@pytest.mark.parametrize("entry", ELSEWHERE, ids=lambda entry: entry.path)
def test_elsewhere(api, fails, entry):
    for method, path in (("GET", entry.path), ("GET", f"{entry.path}/{{id}}"), ("PUT", f"{entry.path}/x/y"),
                         ("POST", entry.path), ("DELETE", f"{entry.path}/{{id}}")):
        if (method, path) in GONE:                      # writes of networks: removed for good
            continue
        assert entry.why in fails(api.request(method, path_of(path), version=entry.max_version or MAX), 501)
        if entry.min_version != MIN:
            before = f"2.{int(entry.min_version[2:]) - 1}"
            assert api.request(method, path_of(path), version=before).status_code == 404
        if entry.max_version:
            after = f"2.{int(entry.max_version[2:]) + 1}"
            assert api.request(method, path_of(path), version=after).status_code == 404


def test_networks_are_written_nowhere(api, fails):
    fails(api.post("/os-networks", {}), 410)
    fails(api.delete("/os-networks/1", version="2.36"), 410)


def test_extensions(api, fails):
    found = api.get("/extensions").json["extensions"]
    assert {"os-consoles", "os-aggregates", "OS-EXT-IPS-MAC", "NMN"} < {extension["alias"] for extension in found}
    assert api.get("/extensions/os-server-groups").json == {"extension": {
        "alias": "os-server-groups", "name": "ServerGroups", "description": "", "links": [],
        "updated": "2014-12-03T00:00:00Z", "namespace": "http://docs.openstack.org/compute/ext/fake_xml"}}
    fails(api.get("/extensions/os-nonsense"), 404)


@pytest.mark.parametrize("version", ["2.78", "2.100"])
def test_topology(client, make_server, version):
    make_server()
    assert client.at(version).get(f"/servers/{UUID}/topology") == {"nodes": [], "pagesize_kb": None}
    assert client.at("2.77")("GET", f"/servers/{UUID}/topology").status_int == 404
    client.as_user("bob", OTHER).at(version).refused("GET", f"/servers/{UUID}/topology", 404)


def test_the_alias_of_servers(client, make_server, later):
    make_server()
    alias = "/os-volumes_boot"
    for path in ("", "/detail"):
        assert client.get(alias + path) == client.get("/servers" + path)
    assert client.get(f"{alias}/{UUID}") == client.get(f"/servers/{UUID}")
    assert client.put(f"{alias}/{UUID}", {"server": {"name": "new"}})["server"]["name"] == "new"
    client.post(alias, {"server": {"name": "vm", "flavorRef": "1", "imageRef": IMAGE,
                                   "networks": [{"uuid": NETWORK}]}})
    client.delete(f"{alias}/{UUID}")
    client.at("2.102").get(alias)
    assert client.at("2.103")("GET", alias).status_int == 404


def test_usage_audit_log(api, fails):
    path = "/os-instance_usage_audit_log"
    body = {"period_beginning": "2026-01-01 00:00:00", "period_ending": "2026-02-01 00:00:00", "num_hosts": 3,
            "num_hosts_done": 0, "num_hosts_running": 0, "num_hosts_not_run": 3, "hosts_not_run": list(HOSTS),
            "total_instances": 0, "total_errors": 0, "overall_status": "0 of 3 hosts done. 0 errors.", "log": {}}
    for time in ("2026-02-28 23:59:59", "2026-02-01%2000:00:00.000001"):
        assert api.get(f"{path}/{time}", token=ADMIN).json == {"instance_usage_audit_log": body}
    assert api.get(path, token=ADMIN).json["instance_usage_audit_logs"]["num_hosts"] == 3
    do = session.transaction
    begin, end = datetime.datetime(2026, 1, 1), datetime.datetime(2026, 2, 1)
    do(usage_audits.go_on)(HOSTS[0], begin, end)
    running = api.get(f"{path}/2026-02-03 00:00:00", token=ADMIN).json["instance_usage_audit_log"]
    assert running["log"][HOSTS[0]] == {"state": "RUNNING", "instances": 0, "errors": 0,
                                        "message": f"Told of 0 instances of host {HOSTS[0]} so far."}
    assert (running["num_hosts_running"], running["hosts_not_run"]) == (1, list(HOSTS[1:]))
    for host in (*HOSTS, *HOSTS):
        do(usage_audits.go_on)(host, begin, end)
    done = api.get(f"{path}/2026-02-03 00:00:00", token=ADMIN).json["instance_usage_audit_log"]
    assert (done["num_hosts_done"], done["overall_status"]) == (3, "ALL hosts done. 0 errors.")
    assert {found["state"] for found in done["log"].values()} == {"DONE"}
    for time in ("2026-02", "x", "0001-01-01 00:00:00"):
        assert fails(api.get(f"{path}/{time}", token=ADMIN), 400) == f"Invalid timestamp for date {time}"
    fails(api.get(path), 403)


def test_snapshots_of_volumes_as_of_a_cloud_without_one(client):
    path = "/os-assisted-volume-snapshots"
    info = {"snapshot_id": "s", "type": "qcow2", "new_file": "f"}
    admin, unknown = client.as_user("admin"), f"No volume Block Device Mapping with id {UUID}."
    assert admin.refused("POST", path, 400, {"snapshot": {"volume_id": UUID, "create_info": info}}) == unknown
    for wrong in ({**info, "type": "raw"}, {**info, "x": "y"}, {}):
        body = {"snapshot": {"volume_id": UUID, "create_info": wrong}}
        assert "Invalid input for field/attribute" in admin.refused("POST", path, 400, body)
    assert admin.refused("DELETE", f'{path}/s?delete_info={{"volume_id": "{UUID}"}}', 400) == unknown
    for text in ("", "{", "[]", "{}", "7", "[" * 10000):
        assert "delete_info" in admin.refused("DELETE", f"{path}/s?delete_info={text}", 400)


def test_live_migrations_that_never_go_on(client, make_server):
    make_server()
    manager, path = client.as_user("admin").at("2.24"), f"/servers/{UUID}/migrations/1"
    states = f"instance {UUID} while it is in"
    assert manager.refused("DELETE", path, 409) == f"Cannot 'abort live migration' {states} task_state None"
    assert manager.refused("POST", f"{path}/action", 409, {"force_complete": None}) == (
        f"Cannot 'force_complete' {states} task_state None")
    make_server.become(UUID, vm_state="stopped")
    assert manager.refused("POST", f"{path}/action", 409, {"force_complete": None}) == (
        f"Cannot 'force_complete' {states} vm_state stopped")
    manager.refused("POST", f"{path}/action", 400, {"force_complete": True})
    for key in ("os-migrateLive", "evacuate"):
        assert "This cloud cannot" in manager.refused("POST", f"/servers/{UUID}/action", 501, {key: {}})
