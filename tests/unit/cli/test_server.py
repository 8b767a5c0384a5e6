"""Server commands against recorded answers: what is sent, what is printed, what the exit code is."""
import argparse
import base64
import csv
import io
import json

import pytest

from nova_lite.cli import server_create, server_ssh, waiting
from nova_lite.cli.errors import CommandError

from .conftest import SERVER_ID, server

URL = f"/servers/{SERVER_ID}"
CREATED = (202, {"server": {"id": SERVER_ID, "adminPass": "made-up", "links": []}})
BUILD = server(status="BUILD", addresses={}, **{"OS-EXT-STS:task_state": "spawning", "OS-EXT-STS:vm_state": "building"})


def create(run, *more):
    return run("server", "create", "web1", "--flavor", "m1.tiny", "--image", "lite-guest", *more)


def test_list_names_flavors_and_images_of_old_bodies(cloud, run):
    cloud.compute("GET", "/servers/detail", {"servers": [server()]})
    code, out, err = run("server", "list", "-f", "json")
    assert (code, err) == (0, "")
    assert json.loads(out) == [{"ID": SERVER_ID, "Name": "web1", "Status": "ACTIVE",
                                "Networks": {"private": ["10.20.0.5"]}, "Image": "lite-guest", "Flavor": "m1.tiny"}]


def test_list_is_a_table_and_csv(cloud, run):
    cloud.compute("GET", "/servers/detail", {"servers": [server()]})
    assert "| private=10.20.0.5 |" in run("server", "list")[1]
    rows = list(csv.DictReader(io.StringIO(run("server", "list", "--long", "-f", "csv")[1])))
    assert rows[0]["Host"] == "node1" and rows[0]["Power State"] == "1"


def test_list_sends_its_filters(cloud, run):
    cloud.compute("GET", "/servers/detail", {"servers": []})
    code, *_ = run("server", "list", "--name", "^w", "--status", "active", "--limit", "5", "--marker", "m",
                   "--all-projects")
    assert code == 0
    query = cloud.asked("GET", "/compute/v2.1/servers/detail")[0].query
    assert query == {"name": ["^w"], "status": ["ACTIVE"], "limit": ["5"], "marker": ["m"], "all_tenants": ["True"]}


def test_list_survives_an_image_service_that_fails(cloud, run):
    cloud.compute("GET", "/servers/detail", {"servers": [server()]})
    cloud.image("GET", "/images", (503, None))
    code, out, _ = run("server", "list", "-f", "value", "-c", "Image")
    assert (code, out) == (0, "i1\n")


def test_the_newest_common_microversion_is_asked_for(cloud, run):
    cloud.compute("GET", "/servers/detail", {"servers": []})
    run("server", "list")
    run("--os-compute-api-version", "2.19", "server", "list")
    sent = [r.headers["openstack-api-version"] for r in cloud.asked("GET", "/compute/v2.1/servers/detail")]
    assert sent == ["compute 2.38", "compute 2.19"]


def test_show_by_name(cloud, run):
    cloud.compute("GET", "/servers/detail", {"servers": [server()]})
    cloud.compute("GET", "/servers", {"servers": [{"id": SERVER_ID, "name": "web1", "links": []}]})
    cloud.compute("GET", URL, {"server": server()})
    code, out, _ = run("server", "show", "web1", "-f", "json")
    shown = json.loads(out)
    assert code == 0
    assert (shown["id"], shown["power_state"], shown["properties"]) == (SERVER_ID, 1, {"role": "front"})


def test_create_sends_everything(cloud, run, tmp_path):
    (tmp_path / "setup.sh").write_text("#!/bin/sh\n")
    cloud.compute("POST", "/servers", CREATED)
    cloud.compute("GET", URL, {"server": BUILD})
    cloud.network("GET", "/ports/p9", {"port": {"id": "p9"}})
    code, out, _ = create(run, "--network", "private", "--network", "port:p9", "--key-name", "demo", "--user-data",
                          "setup.sh", "--property", "a=b=c", "--config-drive", "--hint", "group=g", "-f", "json",
                          "--availability-zone", "nova:node1", "--password", "pw", "--security-group", "web")
    assert code == 0 and json.loads(out)["admin_password"] == "made-up"
    assert cloud.asked("POST", "/compute/v2.1/servers")[0].body == {
        "server": {"name": "web1", "flavorRef": "1", "imageRef": "i1", "networks": [{"uuid": "n1"}, {"port": "p9"}],
                   "key_name": "demo", "user_data": base64.b64encode(b"#!/bin/sh\n").decode(), "metadata": {"a": "b=c"},
                   "config_drive": True, "availability_zone": "nova:node1", "security_groups": [{"name": "web"}],
                   "adminPass": "pw"},
        "os:scheduler_hints": {"group": "g"}}


def test_create_wait_tells_each_change_once(cloud, run):
    cloud.compute("POST", "/servers", CREATED)
    cloud.compute("GET", URL, {"server": BUILD}, {"server": BUILD}, {"server": server()})
    code, out, err = create(run, "--wait", "-f", "value", "-c", "status")
    assert (code, out) == (0, "ACTIVE\n")
    assert [line.rsplit(" (", 1)[0] for line in err.splitlines()] == ["web1: BUILD, spawning", "web1: ACTIVE"]


def test_create_wait_shows_the_fault(cloud, run):
    fault = {"code": 500, "message": "No valid host was found. ", "created": "2026-01-01T10:00:01Z"}
    cloud.compute("POST", "/servers", CREATED)
    cloud.compute("GET", URL, {"server": BUILD}, {"server": server(status="ERROR", fault=fault)})
    code, out, err = create(run, "--wait")
    assert (code, out) == (1, "")
    assert err.splitlines()[-1] == (f"Server web1 ({SERVER_ID}) ended in ERROR: No valid host was found. (code 500). "
                                    f"See: nova-lite server trace {SERVER_ID}")


def test_create_wait_is_bounded(cloud, run):
    cloud.compute("POST", "/servers", CREATED)
    cloud.compute("GET", URL, {"server": BUILD})
    code, _, err = create(run, "--wait", "--timeout", "0")
    assert code == 1
    assert f"Server web1 ({SERVER_ID}) is not ACTIVE after 0 s: BUILD, spawning" in err


def test_create_of_several_waits_for_all(cloud, run):
    other = SERVER_ID.replace("a01", "a02")
    cloud.compute("POST", "/servers", (202, {"reservation_id": "r-1"}))
    cloud.compute("GET", "/servers", {"servers": [{"id": SERVER_ID, "name": "b-1"}, {"id": other, "name": "b-2"}]})
    cloud.compute("GET", URL, {"server": server(name="b-1")})
    cloud.compute("GET", f"/servers/{other}", {"server": server(id=other, name="b-2")})
    code, out, _ = create(run, "--min", "1", "--max", "2", "--wait", "-f", "json")
    assert code == 0
    assert json.loads(out) == {"reservation_id": "r-1", "servers": f"{SERVER_ID}\n{other}", "active": 2}
    sent = cloud.asked("POST", "/compute/v2.1/servers")[0].body["server"]
    assert (sent["min_count"], sent["max_count"], sent["return_reservation_id"]) == (1, 2, True)
    assert cloud.asked("GET", "/compute/v2.1/servers")[0].query["reservation_id"] == ["r-1"]


def test_create_of_several_with_only_min(cloud, run):
    cloud.compute("POST", "/servers", (202, {"reservation_id": "r-1"}))
    cloud.compute("GET", "/servers", {"servers": []})
    assert create(run, "--min", "3")[0] == 0
    sent = cloud.asked("POST", "/compute/v2.1/servers")[0].body["server"]
    assert (sent["min_count"], sent["max_count"]) == (3, 3)


@pytest.mark.parametrize(("words", "version", "expected"), [
    ([], "2.37", "auto"), (["none"], "2.100", "none"), ([], "2.36", None), ([], None, None),
    (["a", "port:b"], "2.1", [{"uuid": "id-a"}, {"port": "port-b"}]),
    ([{"uuid": "a", "fixed_ip": "10.0.0.5"}, {"port": "b", "tag": "t"}], "2.42",
     [{"uuid": "id-a", "fixed_ip": "10.0.0.5"}, {"port": "port-b", "tag": "t"}]),
])
def test_networks(words, version, expected):
    assert server_create.networks(words, version, "id-{}".format, "port-{}".format) == expected


@pytest.mark.parametrize(("words", "version"), [(["auto", "a"], "2.38"), (["none"], "2.36"), (
    [{"uuid": "a", "tag": "t"}], "2.41")])
def test_networks_that_cannot_be(words, version):
    with pytest.raises(CommandError):
        server_create.networks(words, version, str, str)


@pytest.mark.parametrize("nic", ["net-id=a,port-id=b", "v4-fixed-ip=10.0.0.5", "net-id=a,color=blue",
                                 "net-id=a,net-id=b", "nonsense"])
def test_a_nic_that_cannot_be(nic):
    with pytest.raises(argparse.ArgumentTypeError, match=nic):
        server_create.nic(nic)


def test_create_in_words_of_openstack(cloud, run):
    cloud.announce("2.96")
    cloud.compute("POST", "/servers", CREATED)
    cloud.compute("GET", URL, {"server": BUILD})
    cloud.compute("GET", "/os-server-groups", {"server_groups": [{"id": "g1", "name": "web", "members": []}]})
    assert create(run, "--nic", "net-id=private,v4-fixed-ip=10.20.0.7,tag=front", "--tag", "blue", "--hostname", "h",
                  "--host", "node1", "--server-group", "web")[0] == 0
    body = cloud.asked("POST", "/compute/v2.1/servers")[0].body
    assert body["server"]["networks"] == [{"uuid": "n1", "fixed_ip": "10.20.0.7", "tag": "front"}]
    assert {key: body["server"][key] for key in ("tags", "hostname", "host")} == {
        "tags": ["blue"], "hostname": "h", "host": "node1"}
    assert body["os:scheduler_hints"] == {"group": "g1"}
    assert create(run, "--no-network")[0] == 0
    assert cloud.asked("POST", "/compute/v2.1/servers")[1].body["server"]["networks"] == "none"
    cloud.announce("2.73")
    assert "--host needs compute API 2.74" in create(run, "--host", "node1")[2]


def test_list_sends_openstacks_filters(cloud, run):
    cloud.announce("2.90")
    cloud.compute("GET", "/servers/detail", {"servers": [server()]})
    code, out, _ = run("server", "list", "--ip", "10", "--flavor", "m1.tiny", "--power-state", "shutdown", "--unlocked",
                       "--tags", "a", "--tags", "b", "--not-tags", "c", "--changes-before", "2026-01-01", "--vm-state",
                       "stopped", "--no-config-drive", "--no-name-lookup", "-f", "value", "-c", "Image")
    assert (code, out) == (0, "i1\n")
    assert cloud.asked("GET", "/compute/v2.1/servers/detail")[0].query == {
        "ip": ["10"], "flavor": ["1"], "power_state": ["4"], "locked": ["False"], "tags": ["a,b"], "not-tags": ["c"],
        "changes-before": ["2026-01-01"], "vm_state": ["stopped"], "config_drive": ["False"]}
    cloud.announce("2.65")
    assert "--changes-before needs compute API 2.66" in run("server", "list", "--changes-before", "2026")[2]


def test_what_put_takes_and_takes_away(cloud, run):
    cloud.announce("2.104")
    cloud.compute("PUT", URL, {"server": server()})
    cloud.compute("PUT", f"{URL}/metadata", {"metadata": {}})
    cloud.compute("DELETE", f"{URL}/tags", (204, None))
    assert run("server", "set", SERVER_ID, "--hostname", "h", "--pinned-availability-zone", "west")[0] == 0
    assert run("server", "unset", SERVER_ID, "--description", "--pinned-availability-zone", "--all-tags",
               "--all-properties")[0] == 0
    first, second = cloud.asked("PUT", "/compute/v2.1" + URL)
    assert first.body == {"server": {"hostname": "h", "pinned_availability_zone": "west"}}
    assert second.body == {"server": {"description": None, "pinned_availability_zone": None}}
    assert cloud.asked("PUT", f"/compute/v2.1{URL}/metadata")[0].body == {"metadata": {}}
    assert len(cloud.asked("DELETE", f"/compute/v2.1{URL}/tags")) == 1
    cloud.announce("2.90")
    assert "needs compute API 2.104" in run("server", "unset", SERVER_ID, "--pinned-availability-zone")[2]


def test_show_of_diagnostics(cloud, run):
    cloud.announce("2.90")
    cloud.compute("GET", f"{URL}/diagnostics", {"state": "running", "num_cpus": 1})
    assert json.loads(run("server", "show", "--diagnostics", SERVER_ID, "-f", "json")[1]) == {
        "state": "running", "num_cpus": 1}
    cloud.announce("2.77")
    assert "--topology needs compute API 2.78" in run("server", "show", "--topology", SERVER_ID)[2]


def test_names_of_other_projects(cloud, run):
    cloud.compute("GET", "/servers/theirs", (404, {}))
    cloud.compute("GET", "/servers/detail", {"servers": [server(name="theirs")]})
    cloud.compute("GET", "/servers", {"servers": [{"id": SERVER_ID, "name": "theirs", "links": []}]})
    cloud.compute("GET", URL, {"server": server(name="theirs")})
    cloud.compute("POST", f"{URL}/action", (202, None))
    assert run("server", "stop", "--all-projects", "theirs")[0] == 0
    asked = [request.query for request in cloud.requests if "name" in request.query]
    assert asked and all(query["all_tenants"] == ["True"] for query in asked)


def test_user_data_that_cannot_be_read(cloud, run):
    code, _, err = create(run, "--user-data", "nowhere.sh")
    assert (code, err) == (1, "--user-data nowhere.sh: No such file or directory\n")
    assert not cloud.asked("POST", "/compute/v2.1/servers")


def test_delete_waits_until_the_server_is_gone(cloud, run):
    cloud.compute("DELETE", URL, (204, None))
    cloud.compute("GET", URL, {"server": server(**{"OS-EXT-STS:task_state": "deleting"})},
                  (404, {"itemNotFound": {"code": 404, "message": "gone"}}))
    code, _, err = run("server", "delete", "--wait", SERVER_ID)
    assert code == 0
    assert err.startswith("web1: ACTIVE, deleting")


def test_a_delete_that_fails_is_an_error(cloud, run):
    cloud.compute("DELETE", URL, (204, None))
    cloud.compute("GET", URL, {"server": server(status="ERROR", fault={"code": 500, "message": "host is down"})})
    code, _, err = run("server", "delete", "--wait", SERVER_ID)
    assert code == 1 and "ended in ERROR: host is down" in err


def test_delete_goes_on_after_one_that_is_not_there(cloud, run):
    missing = SERVER_ID.replace("a01", "a99")
    cloud.compute("DELETE", URL, (204, None))
    code, _, err = run("server", "delete", missing, SERVER_ID)
    assert code == 1 and "a99" in err
    assert len(cloud.asked("DELETE", "/compute/v2.1" + URL)) == 1


@pytest.mark.parametrize(("words", "body"), [
    ([], {"imageRef": "i1"}),
    (["--image", "lite-guest", "--name", "new", "--property", "a=b", "--password", "p", "--description", "d"],
     {"imageRef": "i1", "name": "new", "metadata": {"a": "b"}, "adminPass": "p", "description": "d"})])
def test_rebuild(cloud, run, words, body):
    cloud.compute("POST", URL + "/action", (202, {"server": {"id": SERVER_ID, "adminPass": "s3cret"}}))
    cloud.compute("GET", URL, {"server": server(status="SHUTOFF")},
                  {"server": server(status="SHUTOFF", **{"OS-EXT-STS:task_state": "rebuilding"})},
                  {"server": server(status="SHUTOFF")})
    code, out, _ = run("server", "rebuild", SERVER_ID, *words, "--wait", "-f", "json")
    assert code == 0 and json.loads(out)["admin_password"] == "s3cret"
    assert cloud.asked("POST", "/compute/v2.1" + URL + "/action")[0].body == {"rebuild": body}


@pytest.mark.parametrize("words", [["--key-name", "k"], ["--no-key-name"], ["--user-data", "x"], ["--no-user-data"]])
def test_a_rebuild_of_a_later_version(cloud, run, words):
    """The recorded cloud has 2.38."""
    cloud.compute("GET", URL, {"server": server()})
    code, _, err = run("server", "rebuild", SERVER_ID, *words)
    assert code == 1 and "needs compute API" in err


@pytest.mark.parametrize(("words", "body"), [
    ([], None), (["--image", "lite-guest", "--password", "p"], {"adminPass": "p", "rescue_image_ref": "i1"})])
def test_rescue(cloud, run, words, body):
    cloud.compute("POST", URL + "/action", (200, {"adminPass": "s3cret"}))
    cloud.compute("GET", URL, {"server": server()}, {"server": server(status="RESCUE")})
    code, out, _ = run("server", "rescue", SERVER_ID, *words, "--wait", "-f", "json")
    assert code == 0 and json.loads(out) == {"id": SERVER_ID, "name": "web1", "status": "RESCUE",
                                             "admin_password": "s3cret"}
    assert cloud.asked("POST", "/compute/v2.1" + URL + "/action")[0].body == {"rescue": body}


def test_delete_by_force(cloud, run):
    cloud.compute("POST", URL + "/action", (202, None))
    assert run("server", "delete", "--force", SERVER_ID)[0] == 0
    assert cloud.asked("POST", "/compute/v2.1" + URL + "/action")[0].body == {"forceDelete": None}


def test_set_of_a_state(cloud, run):
    cloud.compute("POST", URL + "/action", (202, None))
    assert run("server", "set", "--state", "error", SERVER_ID)[0] == 0
    assert cloud.asked("POST", "/compute/v2.1" + URL + "/action")[0].body == {"os-resetState": {"state": "error"}}


@pytest.mark.parametrize(("words", "body", "end"), [
    (["stop"], {"os-stop": None}, "SHUTOFF"), (["start"], {"os-start": None}, "ACTIVE"),
    (["reboot"], {"reboot": {"type": "SOFT"}}, "ACTIVE"),
    (["reboot", "--hard"], {"reboot": {"type": "HARD"}}, "ACTIVE"),
    (["pause"], {"pause": None}, "PAUSED"), (["unpause"], {"unpause": None}, "ACTIVE"),
    (["suspend"], {"suspend": None}, "SUSPENDED"), (["resume"], {"resume": None}, "ACTIVE"),
    (["unrescue"], {"unrescue": None}, "ACTIVE"), (["restore"], {"restore": None}, "ACTIVE"),
])
def test_actions_wait_for_their_state(cloud, run, words, body, end):
    cloud.compute("POST", URL + "/action", (202, None))
    cloud.compute("GET", URL, {"server": server()}, {"server": server(**{"OS-EXT-STS:task_state": "at-it"})},
                  {"server": server(status=end)})
    code, _, err = run("server", *words, "--wait", SERVER_ID)
    assert code == 0
    assert [line.rsplit(" (", 1)[0] for line in err.splitlines()] == ["web1: ACTIVE, at-it", f"web1: {end}"]
    assert cloud.asked("POST", "/compute/v2.1" + URL + "/action")[0].body == body


def test_a_start_that_did_not_help_is_an_error(cloud, run):
    cloud.compute("POST", URL + "/action", (202, None))
    cloud.compute("GET", URL, {"server": server(status="SHUTOFF")})
    code, _, err = run("server", "start", "--wait", SERVER_ID)
    assert code == 1 and "came to rest in SHUTOFF, not ACTIVE" in err


@pytest.mark.parametrize(("verb", "body"), [("lock", {"lock": None}), ("unlock", {"unlock": None})])
def test_lock(cloud, run, verb, body):
    cloud.compute("GET", URL, {"server": server()})
    cloud.compute("POST", URL + "/action", (202, None))
    assert run("server", verb, SERVER_ID)[0] == 0
    assert cloud.asked("POST", "/compute/v2.1" + URL + "/action")[0].body == body


IMAGE_ID = "6d2d46a8-3a1b-4d51-8f3d-0f6f0c3c0a77"


@pytest.mark.parametrize(("words", "body"), [
    (["image", "create"], {"createImage": {"name": "web1"}}),
    (["image", "create", "--name", "copy", "--property", "a=b"],
     {"createImage": {"name": "copy", "metadata": {"a": "b"}}}),
    (["backup", "create", "--type", "daily", "--rotate", "7"],
     {"createBackup": {"name": "web1", "backup_type": "daily", "rotation": 7}})])
@pytest.mark.parametrize("status", ["active", None])
def test_an_image_of_a_server(cloud, run, words, body, status):
    cloud.announce("2.45")
    cloud.compute("GET", URL, {"server": server()}, {"server": server(**{"OS-EXT-STS:task_state": "image_uploading"})},
                  {"server": server()})
    cloud.compute("POST", URL + "/action", (202, {"image_id": IMAGE_ID}))
    cloud.image("GET", f"/images/{IMAGE_ID}", {"id": IMAGE_ID, "status": status} if status else (404, None))
    cloud.image("GET", "/images", {"images": []})
    code, out, err = run("server", *words, SERVER_ID, "--wait", "-f", "value", "-c", "id")
    assert cloud.asked("POST", "/compute/v2.1" + URL + "/action")[0].body == body
    assert (code, out) == (0, f"{IMAGE_ID}\n") if status else (code == 1 and "was not made" in err)


@pytest.mark.parametrize(("words", "statuses", "bodies"), [
    (["shelve"], ["ACTIVE"], [{"shelve": None}]),
    (["shelve", "--wait"], ["ACTIVE", "ACTIVE", "SHELVED_OFFLOADED"], [{"shelve": None}]),
    (["shelve", "--offload", "--wait"], ["ACTIVE", "SHELVED", "SHELVED_OFFLOADED"],
     [{"shelve": None}, {"shelveOffload": None}]),
    (["shelve", "--offload"], ["SHELVED"], [{"shelveOffload": None}]),
    (["unshelve", "--wait"], ["SHELVED_OFFLOADED", "ACTIVE"], [{"unshelve": None}]),
    (["unshelve", "--availability-zone", "east"], ["SHELVED"], [{"unshelve": {"availability_zone": "east"}}]),
    (["unshelve", "--no-availability-zone", "--host", "h"], ["SHELVED"],
     [{"unshelve": {"availability_zone": None, "host": "h"}}])])
def test_shelve_and_unshelve(cloud, run, words, statuses, bodies):
    cloud.compute("POST", URL + "/action", (202, None))
    # one that shows ACTIVE at once has a task
    shown = [server(status=status, **{"OS-EXT-STS:task_state": "shelving" if number and status == "ACTIVE" and
                                      "shelve" in words else None}) for number, status in enumerate(statuses)]
    cloud.compute("GET", URL, *({"server": body} for body in shown))
    assert run("server", *words, SERVER_ID)[0] == 0
    assert [request.body for request in cloud.asked("POST", "/compute/v2.1" + URL + "/action")] == bodies


def test_at_least_one_backup_stays(cloud, run):
    cloud.compute("GET", URL, {"server": server()})
    assert run("server", "backup", "create", "--rotate", "0", SERVER_ID)[0] == 1


def test_set_and_unset(cloud, run):
    cloud.compute("PUT", URL, {"server": server()})
    cloud.compute("POST", URL + "/metadata", {"metadata": {}})
    cloud.compute("DELETE", URL + "/metadata/role", (204, None))
    code, _, err = run("server", "set", SERVER_ID, "--name", "www", "--property", "tier=1")
    assert (code, err) == (0, "")
    assert cloud.asked("PUT", "/compute/v2.1" + URL)[0].body == {"server": {"name": "www"}}
    assert cloud.asked("POST", "/compute/v2.1" + URL + "/metadata")[0].body == {"metadata": {"tier": "1"}}
    assert run("server", "unset", SERVER_ID, "--property", "role")[0] == 0
    assert run("server", "set", SERVER_ID)[0] == run("server", "unset", SERVER_ID)[0] == 1


def test_tags(cloud, run):
    for method, code in (("PUT", 201), ("DELETE", 204)):
        cloud.compute(method, URL + "/tags/two words", (code, None))
        cloud.compute(method, URL + "/tags/two%20words", (code, None))
    assert run("server", "set", SERVER_ID, "--tag", "two words")[::2] == (0, "")
    assert run("server", "unset", SERVER_ID, "--tag", "two words")[::2] == (0, "")
    asked = [request for request in cloud.requests if "/tags/" in request.path]
    assert [(request.method, request.path[-10:]) for request in asked] == [("PUT", "wo%20words"),
                                                                           ("DELETE", "wo%20words")]
    assert asked[0].headers["openstack-api-version"] == "compute 2.38"


def test_console_log(cloud, run):
    cloud.compute("POST", URL + "/action", {"output": "one\nready"})
    code, out, _ = run("console", "log", "show", SERVER_ID, "--lines", "2")
    assert (code, out) == (0, "one\nready\n")
    assert cloud.asked("POST", "/compute/v2.1" + URL + "/action")[0].body == {"os-getConsoleOutput": {"length": 2}}


def test_trace(cloud, run):
    action = {"action": "create", "request_id": "req-1", "state": "open", "step": "schedule", "attempt": 1,
              "start_time": "2026-01-01T10:00:00.000000", "finish_time": None, "message": None, "events": []}
    cloud.compute("GET", URL + "/nova-lite-trace", {"actions": [action, action | {"request_id": "req-2"}]})
    code, out, _ = run("server", "trace", SERVER_ID)
    assert code == 0 and out.count("now in step schedule, attempt 1") == 2
    _, out, _ = run("server", "trace", SERVER_ID, "--request-id", "req-2", "-f", "json")
    assert [a["request_id"] for a in json.loads(out)["actions"]] == ["req-2"]
    code, _, err = run("server", "trace", SERVER_ID, "--request-id", "req-3")
    assert code == 1 and "has no action req-3" in err


def test_actions(cloud, run):
    action = {"action": "create", "request_id": "req-1", "start_time": "2026-01-01T10:00:00.000000", "message": None,
              "user_id": "u1", "project_id": "p1", "instance_uuid": SERVER_ID}
    event = {"event": "schedule_instances", "start_time": "2026-01-01T10:00:00.000000", "result": "Success",
             "finish_time": "2026-01-01T10:00:01.000000"}
    cloud.compute("GET", URL + "/os-instance-actions", {"instanceActions": [action]})
    cloud.compute("GET", URL + "/os-instance-actions/req-1", {"instanceAction": action | {"events": [event]}})
    assert run("action", "list", SERVER_ID, "-f", "value", "-c", "Request ID")[:2] == (0, "req-1\n")
    code, out, _ = run("action", "show", SERVER_ID, "req-1", "-f", "value", "-c", "events")
    assert code == 0 and out.startswith("schedule_instances: Success")
    code, _, err = run("action", "show", SERVER_ID, "req-2")
    assert code == 1 and "See: nova-lite action list" in err


def test_open_actions(cloud, run):
    action = {"id": 7, "server_id": SERVER_ID, "action": "stop", "step": "stop_instance", "host": "h1", "attempt": 2,
              "age": 3.25, "deadline": "2026-01-01T10:00:20.000000", "start_time": "2026-01-01T10:00:00.000000",
              "request_id": "req-1", "project_id": "p1"}
    next_page = [{"rel": "next", "href": "http://anywhere/nova-lite-actions?marker=7"}]
    cloud.compute("GET", "/nova-lite-actions", {"actions": [action], "links": next_page},
                  {"actions": [action | {"id": 8}]})
    code, out, _ = run("action", "list", "--open", "-f", "json")
    assert code == 0 and [row["ID"] for row in json.loads(out)] == [7, 8]
    assert json.loads(out)[0] | {"ID": 7, "Host": "h1", "Attempt": 2, "Age": 3.25} == json.loads(out)[0]
    assert cloud.asked("GET", "/compute/v2.1/nova-lite-actions")[1].query["marker"] == ["7"]
    cloud.compute("GET", URL + "/nova-lite-actions", {"actions": [{k: v for k, v in action.items() if k != "host"}]})
    assert run("action", "list", "--open", SERVER_ID, "-f", "value", "-c", "Step")[:2] == (0, "stop_instance\n")
    code, _, err = run("action", "list")
    assert code == 1 and "Which server?" in err


class Named:
    """Enough of a server for an address."""

    name, status = "web1", "ACTIVE"

    def __init__(self, **addresses):
        self.addresses = addresses


def address(addr, kind="fixed", version=4):
    return {"addr": addr, "version": version, "OS-EXT-IPS:type": kind}


def test_ssh_prefers_a_floating_address():
    found = Named(a=[address("10.0.0.1"), address("fd00::1", version=6)], b=[address("192.0.2.1", "floating")])
    assert server_ssh.address(found) == "192.0.2.1"
    assert server_ssh.address(found, "a") == "10.0.0.1"
    assert server_ssh.address(found, version=6) == "fd00::1"


@pytest.mark.parametrize(("network", "text"), [("b", "not in network 'b', but in: a"), (None, "no IPv4 address")])
def test_ssh_without_an_address(network, text):
    with pytest.raises(CommandError, match=text):
        server_ssh.address(Named(a=[]), network)


def test_ssh_becomes_ssh(cloud, run, monkeypatch):
    cloud.compute("GET", URL, {"server": server()})
    became = []
    monkeypatch.setattr(server_ssh.shutil, "which", lambda name: "/usr/bin/" + name)
    monkeypatch.setattr(server_ssh.os, "execvp", lambda file, line: became.append(line))
    assert run("server", "ssh", SERVER_ID, "-i", "key", "--no-host-key-check", "--", "uname", "-a")[0] == 0
    assert became == [[
        "ssh", "-l", "cirros", "-o", "ConnectTimeout=10", "-i", "key", "-o", "IdentitiesOnly=yes",
        "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
        "10.20.0.5", "uname", "-a"]]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_one_line_on_a_terminal():
    stream = Terminal()
    progress = waiting.Progress(stream)
    progress.show("web1", "BUILD", 0.2)
    progress.show("web1", "BUILD", 1.2)
    progress.end()
    assert stream.getvalue() == "\r\033[Kweb1: BUILD (0 s)\r\033[Kweb1: BUILD (1 s)\n"


def test_show_names_the_flavor_and_image_of_old_bodies(cloud, run):
    cloud.compute("GET", URL, {"server": server()})
    cloud.compute("GET", "/flavors/1", {"flavor": {"id": "1", "name": "m1.tiny"}})
    cloud.image("GET", "/images/i1", (404, None))
    shown = json.loads(run("server", "show", SERVER_ID, "-f", "json")[1])
    assert (shown["flavor"], shown["image"]) == ("m1.tiny (1)", "i1")
