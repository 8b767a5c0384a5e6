"""``server resize``, ``migrate`` and ``server migration``: what is sent and printed."""
import json

import pytest

from tests.unit.cli.test_server import SERVER_ID, URL, server

MOVE = {"id": 3, "uuid": "u", "source_node": "n1", "dest_node": "n2", "source_compute": "h1", "dest_compute": "h2",
        "dest_host": "10.0.0.2", "status": "finished", "instance_uuid": SERVER_ID, "old_instance_type_id": 1,
        "new_instance_type_id": 2, "migration_type": "resize", "created_at": "c", "updated_at": None}


@pytest.mark.parametrize(("words", "body", "code"), [
    (["resize", "confirm"], {"confirmResize": None}, 204), (["resize", "revert"], {"revertResize": None}, 202),
    (["migrate"], {"migrate": None}, 202)])
def test_what_is_sent(cloud, run, words, body, code):
    cloud.compute("GET", URL, {"server": server()})
    cloud.compute("POST", URL + "/action", (code, None))
    assert run("server", *words, SERVER_ID)[0] == 0
    assert cloud.asked("POST", "/compute/v2.1" + URL + "/action")[0].body == body


def test_resize_waits_until_it_can_be_confirmed(cloud, run):
    cloud.compute("GET", "/flavors/f2", {"flavor": {"id": "f2", "name": "m1.small"}})
    cloud.compute("POST", URL + "/action", (202, None))
    cloud.compute("GET", URL, {"server": server()}, {"server": server(status="VERIFY_RESIZE")})
    code, _, err = run("server", "resize", "--flavor", "f2", "--wait", SERVER_ID)
    assert code == 0 and "VERIFY_RESIZE" in err
    assert cloud.asked("POST", "/compute/v2.1" + URL + "/action")[0].body == {"resize": {"flavorRef": "f2"}}


def test_migrate_to_a_host_needs_2_56(cloud, run):
    cloud.compute("GET", URL, {"server": server()})
    cloud.compute("POST", URL + "/action", (202, None))
    code, _, err = run("server", "migrate", "--host", "h2", SERVER_ID)
    assert code == 1 and "2.56" in err
    cloud.announce("2.90")
    assert run("server", "migrate", "--host", "h2", SERVER_ID)[0] == 0
    [request] = cloud.asked("POST", "/compute/v2.1" + URL + "/action")
    assert request.body == {"migrate": {"host": "h2"}} and request.headers["openstack-api-version"] == "compute 2.56"


def test_migrations(cloud, run):
    cloud.compute("GET", URL, {"server": server()})
    cloud.compute("GET", "/os-migrations", {"migrations": [MOVE]})
    code, out, _ = run("server", "migration", "list", "--server", SERVER_ID, "--status", "finished", "-f", "json")
    assert code == 0
    [row] = json.loads(out)
    assert (row["ID"], row["Type"], row["Dest Host"], row["Server UUID"]) == (3, "resize", "10.0.0.2", SERVER_ID)
    assert cloud.asked("GET", "/compute/v2.1/os-migrations")[0].query == {
        "status": ["finished"], "instance_uuid": [SERVER_ID]}
    cloud.compute("GET", URL + "/migrations/3", {"migration": {**MOVE, "server_uuid": SERVER_ID}})
    assert "finished" in run("server", "migration", "show", SERVER_ID, "3")[1]


def test_a_part_of_the_migrations(cloud, run):
    cloud.announce("2.90")
    cloud.compute("GET", "/os-migrations", {"migrations": [MOVE]})
    assert run("server", "migration", "list", "--changes-since", "2026", "--marker", "u", "--project", "p")[0] == 0
    assert cloud.asked("GET", "/compute/v2.1/os-migrations")[0].query == {
        "changes-since": ["2026"], "marker": ["u"], "project_id": ["p"]}
    cloud.announce("2.79")
    assert "--project needs compute API 2.80" in run("server", "migration", "list", "--project", "p")[2]
