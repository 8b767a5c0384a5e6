"""Aggregates: bodies by version, hosts, metadata, and the zones they make."""
import re

import pytest

from tests.functional.api import cloud
from tests.functional.api.conftest import ADMIN
from tests.functional.clouds import IMAGE
from tests.waiting import wait

PATH = "/os-aggregates"
NOBODY = "9a7b1c7e-0f0e-4a39-8a3c-4d0f5a2f7d10"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}")


@pytest.fixture
def ask(api):
    """``ask(method, path, body, code)``: what an administrator is answered."""
    def call(method, path="", body=None, code=200, version=None):
        answer = api.request(method, PATH + path, body, token=ADMIN, version=version)
        assert answer.status_code == code, answer.text
        return answer.json if answer.body else None
    return call


@pytest.fixture
def act(ask):
    def call(identifier, code=200, **action):
        answer = ask("POST", f"/{identifier}/action", action, code)
        return answer["aggregate"] if code == 200 else next(iter(answer.values()))["message"]
    return call


def make(ask, name="rack", **values):
    return ask("POST", body={"aggregate": {"name": name, **values}})["aggregate"]


def test_bodies_by_version(ask):
    made = make(ask)
    created_at = made.pop("created_at")
    assert TIME.fullmatch(created_at)
    brief = {"id": 1, "name": "rack", "availability_zone": None, "deleted": False, "deleted_at": None,
             "updated_at": None}
    assert made == brief
    full = brief | {"created_at": created_at, "hosts": [], "metadata": {}}
    assert ask("GET", "/1", version="2.40") == {"aggregate": full}
    for version in ("2.41", "2.100"):
        shown = ask("GET", "/1", version=version)["aggregate"]
        assert len(shown["uuid"]) == 36 and shown == full | {"uuid": shown["uuid"]}
        assert ask("GET", version=version) == {"aggregates": [shown]}
    assert "uuid" in ask("POST", body={"aggregate": {"name": "other"}}, version="2.41")["aggregate"]


def test_update_and_delete(ask, fails, database):
    make(ask, availability_zone="west")
    make(ask, "b", availability_zone=None)
    shown = ask("PUT", "/1", {"aggregate": {"name": "new", "availability_zone": "east"}})["aggregate"]
    assert (shown["name"], shown["availability_zone"], shown["metadata"]) == (
        "new", "east", {"availability_zone": "east"})
    assert TIME.fullmatch(shown["updated_at"])
    assert ask("PUT", "/1", {"aggregate": {"availability_zone": None}})["aggregate"]["metadata"] == {}
    ask("PUT", "/1", {"aggregate": {"name": "b"}}, 409)
    ask("POST", "", {"aggregate": {"name": "b"}}, 409)
    for body in ({}, {"name": ""}, {"name": "x" * 256}, {"availability_zone": "a:b"}, {"availability_zone": ""},
                 {"hosts": []}):
        ask("PUT", "/1", {"aggregate": body}, 400)
    assert ask("DELETE", "/1") is None
    for method, body in (("GET", None), ("DELETE", None), ("PUT", {"aggregate": {"name": "x"}})):
        assert ask(method, "/1", body, 404)["itemNotFound"]["message"] == "Aggregate 1 could not be found."
        ask(method, "/x", body, 400)
        ask(method, "/-1", body, 404)


def test_hosts(ask, act):
    make(ask)
    assert act(1, add_host={"host": "host1"})["hosts"] == ["host1"]
    assert act(1, 409, add_host={"host": "host1"}) == "Aggregate 1 already has host host1."
    assert act(1, 404, add_host={"host": "host9"}) == "Compute host host9 could not be found."
    ask("DELETE", "/1", code=400)
    assert act(1, 404, remove_host={"host": "host9"}) == "Cannot remove host host9 in aggregate 1"
    assert act(1, remove_host={"host": "host1"})["hosts"] == []
    act(2, 404, add_host={"host": "host1"})
    for action in ({"add_host": {}}, {"add_host": {"host": "a/b"}}, {"nonsense": {}}, {}, {"add_host": None}):
        ask("POST", "/1/action", action, 400)


def test_metadata(ask, act):
    make(ask, availability_zone="west")
    shown = act(1, set_metadata={"metadata": {"ssd": "true", "availability_zone": "east"}})
    assert shown["metadata"] == {"ssd": "true", "availability_zone": "east"} and shown["availability_zone"] == "east"
    assert act(1, set_metadata={"metadata": {"ssd": None}})["metadata"] == {"availability_zone": "east"}
    for metadata in ({"a": 1}, {"a" * 256: "b"}, {"a": "b" * 256}, None):
        act(1, 400, set_metadata={"metadata": metadata})


def test_zones(api, ask, act, database):
    make(ask, "a", availability_zone="west")
    make(ask, "b", availability_zone="east")
    act(1, add_host={"host": "host1"})
    services = api.get("/os-services?binary=nova-compute", token=ADMIN).json["services"]
    assert {service["host"]: service["zone"] for service in services} == {
        "host1": "west", "host2": "nova", "host3": "nova"}
    shown = api.get("/os-availability-zone/detail", token=ADMIN).json["availabilityZoneInfo"]
    assert {zone["zoneName"]: set(zone["hosts"]) for zone in shown} == {
        "internal": {"host1"}, "west": {"host1"}, "nova": {"host2", "host3"}}
    assert [zone["zoneName"] for zone in api.get("/os-availability-zone").json["availabilityZoneInfo"]] == [
        "nova", "west"]
    assert act(2, 409, add_host={"host": "host1"}) == "Host host1 would be in several availability zones: east, west."
    assert ask("GET", "/2")["aggregate"]["hosts"] == []
    act(1, set_metadata={"metadata": {"availability_zone": None}})
    act(2, add_host={"host": "host1"})
    assert {row.host: row.availability_zone for row in cloud.compute_nodes(database)} == {
        "host1": "east", "host2": None, "host3": None}


def test_servers_move_with_their_host_unless_they_asked_for_its_zone(client, ask, act, make_server):
    make(ask, "a", availability_zone="west")
    server = make_server(pinned_availability_zone=None)
    act(1, add_host={"host": "host1"})

    def zone():
        return client.get(f"/servers/{server.uuid}")["server"]["OS-EXT-AZ:availability_zone"]
    assert zone() == "west"
    make_server.become(server.uuid, pinned_availability_zone="west")
    text = "Host host1 has servers that asked for its availability zone."
    assert act(1, 409, remove_host={"host": "host1"}) == text
    ask("PUT", "/1", {"aggregate": {"availability_zone": "east"}}, 409)
    assert (zone(), ask("GET", "/1")["aggregate"]["availability_zone"]) == ("west", "west")
    act(1, set_metadata={"metadata": {"ssd": "true"}})


def test_a_service_that_is_deleted_leaves_its_aggregates(api, ask, act, database):
    make(ask)
    act(1, add_host={"host": "host3"})
    assert api.delete(f"/os-services/{cloud.service(database, 'host3').id}", token=ADMIN).status_code == 204
    assert ask("GET", "/1")["aggregate"]["hosts"] == []


def test_for_administrators_only(api, ask, fails):
    make(ask)
    for method, path, body in (("GET", "", None), ("POST", "", {"aggregate": {"name": "x"}}), ("GET", "/1", None),
                               ("PUT", "/1", {"aggregate": {"name": "x"}}), ("DELETE", "/1", None),
                               ("POST", "/1/action", {"add_host": {"host": "h"}})):
        fails(api.request(method, PATH + path, body), 403)


def test_images_are_fetched_by_the_hosts_that_are_up(ask, act, common_cloud, database):
    identifier = make(ask)["id"]
    for name in ("host1", "host2"):
        act(identifier, add_host={"host": name})
    cloud.silence(common_cloud, database, "host2")
    ask("POST", f"/{identifier}/images", {"cache": [{"id": NOBODY}, {"id": IMAGE}]}, 202, "2.81")
    cached = common_cloud.services.parts("compute.host1")["host"].driver.cached
    wait(lambda: cached == {IMAGE}, 30)                    # one that is not there keeps no other from it
    assert not common_cloud.services.parts("compute.host3")["host"].driver.cached


@pytest.mark.parametrize(("identifier", "body", "code"), [
    ("1", {"cache": [{"id": IMAGE}, {"id": IMAGE}]}, 400), ("1", {"cache": []}, 400), ("1", {}, 400),
    ("1", {"cache": [{"id": "x"}]}, 400), ("1", {"cache": [{"id": IMAGE, "name": "x"}]}, 400),
    ("9", {"cache": [{"id": IMAGE}]}, 404), ("x", {"cache": [{"id": IMAGE}]}, 400)])
def test_images_that_are_refused(ask, api, identifier, body, code):
    make(ask)
    ask("POST", f"/{identifier}/images", body, code, "2.100")
    assert api.post(f"{PATH}/{identifier}/images", body, token=ADMIN, version="2.80").status_code == 404
