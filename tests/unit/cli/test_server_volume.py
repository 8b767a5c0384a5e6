"""``server volume``, ``server password``, ``server event``, moves of running servers: what is sent and printed."""
import json

import pytest

from tests.unit.cli.test_server import SERVER_ID, URL, server

PATH = f"{URL}/os-volume_attachments"
ASKED = "/compute/v2.1" + PATH


@pytest.fixture
def known(cloud):
    cloud.announce("2.90")
    cloud.compute("GET", URL, {"server": server()})
    return cloud


def test_volumes(known, run):
    known.compute("POST", PATH, (404, {"itemNotFound": {"code": 404, "message": "Volume v could not be found."}}))
    code, _, err = run("server", "add", "volume", "--tag", "db", "--enable-delete-on-termination", SERVER_ID, "v")
    assert code == 1 and "Volume v could not be found." in err
    assert known.asked("POST", ASKED)[0].body == {
        "volumeAttachment": {"volumeId": "v", "tag": "db", "delete_on_termination": True}}
    known.compute("GET", PATH, {"volumeAttachments": [{"device": "/dev/vdb", "serverId": SERVER_ID, "volumeId": "v"}]})
    [row] = json.loads(run("server", "volume", "list", SERVER_ID, "-f", "json")[1])
    assert (row["Device"], row["Volume ID"], row["Tag"]) == ("/dev/vdb", "v", None)
    known.compute("PUT", f"{PATH}/v", (202, None))
    known.compute("DELETE", f"{PATH}/v", (202, None))
    assert run("server", "volume", "set", "--preserve-on-termination", SERVER_ID, "v")[0] == 0
    assert known.asked("PUT", f"{ASKED}/v")[0].body == {
        "volumeAttachment": {"volumeId": "v", "delete_on_termination": False}}
    assert run("server", "remove", "volume", SERVER_ID, "v")[0] == 0
    known.announce("2.60")
    assert "2.85" in run("server", "volume", "set", "--delete-on-termination", SERVER_ID, "v")[2]
    assert "2.79" in run("server", "add", "volume", "--enable-delete-on-termination", SERVER_ID, "v")[2]


def test_passwords(known, run):
    path = f"{URL}/os-server-password"
    known.compute("GET", path, {"password": ""}, {"password": "c2VjcmV0"})
    known.compute("DELETE", path, (204, None))
    code, out, err = run("server", "password", "show", SERVER_ID)
    assert (code, out) == (1, "") and "has told no password" in err
    assert run("server", "password", "show", SERVER_ID)[1] == "c2VjcmV0\n"
    assert run("server", "password", "clear", SERVER_ID)[0] == 0
    assert len(known.asked("DELETE", "/compute/v2.1" + path)) == 1


def test_an_address_goes_with_the_interface_that_has_no_other(known, run):
    path = f"{URL}/os-interface"
    ports = [{"port_id": "p1", "net_id": "n", "fixed_ips": [{"ip_address": "10.0.0.5"}]},
             {"port_id": "p2", "net_id": "n", "fixed_ips": [{"ip_address": "10.0.0.6"}, {"ip_address": "fd00::6"}]}]
    known.compute("GET", path, {"interfaceAttachments": ports})
    known.compute("DELETE", f"{path}/p1", (202, None))
    assert run("server", "remove", "fixed", "ip", SERVER_ID, "10.0.0.5")[0] == 0
    assert "p2 has other addresses" in run("server", "remove", "fixed", "ip", SERVER_ID, "10.0.0.6")[2]
    assert "has no address 10.0.0.7" in run("server", "remove", "fixed", "ip", SERVER_ID, "10.0.0.7")[2]
    assert [request.path for request in known.requests if request.method == "DELETE"] == [
        f"/compute/v2.1{path}/p1"]


NOT_HERE = (501, {"notImplemented": {"code": 501, "message": "This cloud cannot migrate running servers."}})


@pytest.mark.parametrize(("version", "words", "body", "asked"), [
    ("2.90", ["migrate", "--live-migration"], {"os-migrateLive": {"host": None, "block_migration": "auto"}}, "2.25"),
    ("2.24", ["migrate", "--live-migration", "--host", "h"], {"os-migrateLive": {
        "host": "h", "block_migration": False, "disk_over_commit": False}}, "2.24"),
    ("2.90", ["evacuate", "--host", "h", "--password", "p"], {"evacuate": {"host": "h", "adminPass": "p"}}, "2.14"),
    ("2.13", ["evacuate"], {"evacuate": {"onSharedStorage": False}}, "2.13")])
def test_what_no_cloud_here_can_do_is_said(known, run, version, words, body, asked):
    known.announce(version)
    known.compute("POST", f"{URL}/action", NOT_HERE)
    code, _, err = run("server", *words, SERVER_ID)
    assert code == 1 and "This cloud cannot migrate running servers." in err
    [request] = known.asked("POST", f"/compute/v2.1{URL}/action")
    assert request.body == body and request.headers["openstack-api-version"] == f"compute {asked}"


def test_live_migrations(known, run):
    known.compute("DELETE", f"{URL}/migrations/3", (202, None))
    known.compute("POST", f"{URL}/migrations/3/action", (202, None))
    assert run("server", "migration", "abort", SERVER_ID, "3")[0] == 0
    assert run("server", "migration", "force", "complete", SERVER_ID, "3")[0] == 0
    [request] = known.asked("POST", f"/compute/v2.1{URL}/migrations/3/action")
    assert request.body == {"force_complete": None}
    known.announce("2.21")
    assert "server migration abort needs compute API 2.24" in run("server", "migration", "abort", SERVER_ID, "3")[2]


def test_events_are_actions(known, run):
    known.compute("GET", f"{URL}/os-instance-actions", {"instanceActions": [
        {"request_id": "req-1", "action": "create", "start_time": "s", "message": None, "user_id": "u",
         "project_id": "p", "instance_uuid": SERVER_ID}]})
    [row] = json.loads(run("server", "event", "list", SERVER_ID, "-f", "json")[1])
    assert (row["Request ID"], row["Action"]) == ("req-1", "create")
    assert run("server", "event", "list", SERVER_ID, "--limit", "1", "--changes-since", "2026-01-01")[0] == 0
    assert known.asked("GET", f"/compute/v2.1{URL}/os-instance-actions")[1].query == {
        "limit": ["1"], "changes-since": ["2026-01-01"]}
    known.announce("2.57")
    assert "--limit needs compute API 2.58" in run("server", "event", "list", SERVER_ID, "--limit", "1")[2]
