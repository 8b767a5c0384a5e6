"""Services: the list, the verbs until 2.52, the uuid form from 2.53."""
import uuid

import pytest

from tests.functional.api import cloud
from tests.functional.api.conftest import ADMIN


def _list(api, query="", version=None):
    answer = api.get(f"/os-services{query}", token=ADMIN, version=version)
    assert answer.status_code == 200 and answer.json.keys() == {"services"}
    return answer.json["services"]


def test_list_by_version(api, database, later):
    identifier = cloud.service(database, up=False, disabled=True, disabled_reason="repair")
    body = {"id": 1, "binary": "nova-compute", "host": "h1", "zone": "nova", "status": "disabled", "state": "down",
            "updated_at": "2026-01-02T03:04:05.678901", "disabled_reason": "repair"}
    assert _list(api) == [body]
    assert _list(api, version="2.11") == [body | {"forced_down": False}]
    assert _list(api, version="2.53") == [body | {"forced_down": False, "id": identifier}]


def test_zones_and_states(api, database):
    cloud.service(database, "c", "nova-conductor")
    cloud.service(database, "s", "nova-scheduler", up=False)
    cloud.service(database, "h", forced_down=True)
    assert [(s["binary"], s["zone"], s["state"], s["status"]) for s in _list(api)] == [
        ("nova-conductor", "internal", "up", "enabled"), ("nova-scheduler", "internal", "down", "enabled"),
        ("nova-compute", "nova", "down", "enabled")]


def test_filters(api, database, fails, later):
    for host, binary in (("a", "nova-compute"), ("a", "nova-conductor"), ("b", "nova-compute")):
        cloud.service(database, host, binary)
    assert [s["id"] for s in _list(api, "?host=a")] == [1, 2]
    assert [s["id"] for s in _list(api, "?binary=nova-compute")] == [1, 3]
    assert [s["id"] for s in _list(api, "?host=a&binary=nova-compute&nonsense=1")] == [1]
    assert _list(api, "?host=z") == []
    fails(api.get("/os-services?nonsense=1", token=ADMIN, version="2.75"), 400)


def _put(api, verb, values=None, version="2.11"):
    body = {"host": "h1", "binary": "nova-compute"} | (values or {})
    return api.put(f"/os-services/{verb}", body, token=ADMIN, version=version)


def test_verbs(api, database):
    cloud.service(database)
    shown = {"host": "h1", "binary": "nova-compute"}
    assert _put(api, "disable").json == {"service": shown | {"status": "disabled"}}
    assert _list(api)[0]["status"] == "disabled"
    answer = _put(api, "disable-log-reason", {"disabled_reason": "why"}, version="2.1")
    assert answer.json == {"service": shown | {"status": "disabled", "disabled_reason": "why"}}
    assert _list(api)[0]["disabled_reason"] == "why"
    assert _put(api, "enable").json == {"service": shown | {"status": "enabled"}}
    assert (_list(api)[0]["status"], _list(api)[0]["disabled_reason"]) == ("enabled", None)
    answer = _put(api, "force-down", {"forced_down": "true"})
    assert answer.json == {"service": shown | {"forced_down": True}}
    assert _list(api)[0]["state"] == "down"
    _put(api, "force-down", {"forced_down": False})
    assert _list(api)[0]["state"] == "up"


@pytest.mark.parametrize(("verb", "values", "version", "code", "text"), [
    ("nonsense", {}, "2.11", 404, "Unknown action"),
    ("force-down", {}, "2.10", 404, "Unknown action"),
    ("force-down", {}, "2.11", 400, "Missing forced_down field"),
    ("force-down", {"forced_down": "maybe"}, "2.11", 400, None),
    ("disable-log-reason", {}, "2.1", 400, "Missing disabled reason field"),
    ("enable", {"forced_down": True}, "2.10", 400, None),
    ("enable", {"host": "unknown"}, "2.1", 404, "Could not find binary nova-compute on host unknown."),
    ("enable", {"host": "a/b"}, "2.1", 400, None),
])
def test_bad_verbs(api, database, fails, verb, values, version, code, text):
    cloud.service(database)
    message = fails(_put(api, verb, values, version), code)
    assert text is None or message == text


def test_update_by_uuid(api, database, fails, later):
    identifier = cloud.service(database)
    conductor = cloud.service(database, "h1", "nova-conductor")

    def put(body, which=identifier):
        return api.put(f"/os-services/{which}", body, token=ADMIN, version="2.53")

    body = put({"status": "disabled", "disabled_reason": "why", "forced_down": True}).json["service"]
    assert body.keys() == {"id", "binary", "host", "zone", "status", "state", "updated_at", "disabled_reason",
                           "forced_down"}
    assert (body["id"], body["status"], body["disabled_reason"], body["state"]) == (identifier, "disabled", "why",
                                                                                  "down")
    body = put({"status": "enabled"}).json["service"]
    assert (body["status"], body["disabled_reason"], body["forced_down"]) == ("enabled", None, True)
    assert fails(put({"status": "enabled", "disabled_reason": "x"}), 400) == (
        "Specifying 'disabled_reason' with status 'enabled' is invalid.")
    assert fails(put({}), 400) == "No updates were requested. Fields 'status' or 'forced_down' should be specified."
    assert fails(put({"forced_down": True}, conductor), 400) == (
        "Updating a nova-conductor service is not supported. Only nova-compute services can be updated.")
    assert fails(put({}, "7"), 400) == "Invalid uuid 7"
    unknown = str(uuid.uuid4())
    assert fails(put({"forced_down": True}, unknown), 404) == f"Service {unknown} could not be found."


def test_delete(api, database, fails, later):
    identifier = cloud.service(database)
    cloud.compute_node(database)
    server = cloud.server(database)
    busy = "Unable to delete compute service that is hosting instances. Migrate or delete the instances first."
    assert fails(api.delete("/os-services/1", token=ADMIN), 409) == busy
    assert server and len(_list(api)) == 1
    assert fails(api.delete("/os-services/9", token=ADMIN), 404) == "Service 9 not found."
    assert fails(api.delete("/os-services/x", token=ADMIN), 400).startswith("Invalid input received: id")
    assert fails(api.delete("/os-services/1", token=ADMIN, version="2.53"), 400) == "Invalid uuid 1"
    fails(api.delete(f"/os-services/{identifier}", token=ADMIN, version="2.53"), 409)


@pytest.mark.parametrize(("claims", "code"), [(0, 204), (1, 409)])
def test_delete_takes_the_compute_node_along_unless_claimed(api, database, claims, code):
    cloud.service(database)
    cloud.compute_node(database, running_vms=claims)
    cloud.server(database, deleted=True)
    answer = api.delete("/os-services/1", token=ADMIN)
    assert answer.status_code == code
    assert len(_list(api)) == len(api.get("/os-hypervisors", token=ADMIN).json["hypervisors"]) == claims


def test_for_administrators_only(api, fails):
    fails(api.get("/os-services"), 403)
    fails(api.put("/os-services/enable", {"host": "h", "binary": "b"}), 403)
    fails(api.delete("/os-services/1"), 403)
