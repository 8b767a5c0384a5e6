"""Services: the list, the verbs until 2.52, the uuid form from 2.53."""
import uuid

import pytest
import sqlalchemy as sa

from nova_lite.db.tables import hosts
from tests.functional.api import cloud
from tests.functional.api.conftest import ADMIN
from tests.functional.clouds import HOSTS


def _list(api, query="", version=None):
    answer = api.get(f"/os-services{query}", token=ADMIN, version=version)
    assert answer.status_code == 200 and answer.json.keys() == {"services"}
    return answer.json["services"]


def _one(api, host="host1", binary="nova-compute", version=None):
    [found] = _list(api, f"?host={host}&binary={binary}", version)
    return found


def test_54_list_by_version(api, common_cloud, database):
    _put(api, "disable-log-reason", {"disabled_reason": "repair"})
    cloud.silence(common_cloud, database)
    row = cloud.service(database)
    body = {"id": row.id, "binary": "nova-compute", "host": "host1", "zone": "nova", "status": "disabled",
            "state": "down", "updated_at": "2026-01-02T03:04:05.678901", "disabled_reason": "repair"}
    assert len(_list(api)) == 5
    assert _one(api) == body
    assert _one(api, version="2.11") == body | {"forced_down": False}
    assert _one(api, version="2.53") == body | {"forced_down": False, "id": row.uuid}


def test_zones_and_states(api, common_cloud, database):
    cloud.silence(common_cloud, database, "host1", "nova-scheduler")
    _put(api, "force-down", {"forced_down": True, "host": "host2"})
    assert sorted((s["binary"], s["host"], s["zone"], s["state"], s["status"]) for s in _list(api)) == [
        ("nova-compute", "host1", "nova", "up", "enabled"), ("nova-compute", "host2", "nova", "down", "enabled"),
        ("nova-compute", "host3", "nova", "up", "enabled"), ("nova-conductor", "host1", "internal", "up", "enabled"),
        ("nova-scheduler", "host1", "internal", "down", "enabled")]


def test_filters(api, database, fails):
    def ids(*wanted):
        return sorted(cloud.service(database, host, binary).id for host, binary in wanted)

    def found(query):
        listed = [service["id"] for service in _list(api, query)]
        assert listed == sorted(listed)
        return listed
    computes = [(host, "nova-compute") for host in HOSTS]
    assert found("?host=host1") == ids(computes[0], ("host1", "nova-conductor"), ("host1", "nova-scheduler"))
    assert found("?binary=nova-compute") == ids(*computes)
    assert found("?host=host1&binary=nova-compute&nonsense=1") == ids(computes[0])
    assert _list(api, "?host=z") == []
    fails(api.get("/os-services?nonsense=1", token=ADMIN, version="2.75"), 400)


def _put(api, verb, values=None, version="2.11"):
    body = {"host": "host1", "binary": "nova-compute"} | (values or {})
    return api.put(f"/os-services/{verb}", body, token=ADMIN, version=version)


def test_54_verbs(api):
    shown = {"host": "host1", "binary": "nova-compute"}
    assert _put(api, "disable").json == {"service": shown | {"status": "disabled"}}
    assert _one(api)["status"] == "disabled"
    answer = _put(api, "disable-log-reason", {"disabled_reason": "why"}, version="2.1")
    assert answer.json == {"service": shown | {"status": "disabled", "disabled_reason": "why"}}
    assert _one(api)["disabled_reason"] == "why"
    assert _put(api, "enable").json == {"service": shown | {"status": "enabled"}}
    assert (_one(api)["status"], _one(api)["disabled_reason"]) == ("enabled", None)
    answer = _put(api, "force-down", {"forced_down": "true"})
    assert answer.json == {"service": shown | {"forced_down": True}}
    assert _one(api)["state"] == "down"
    _put(api, "force-down", {"forced_down": False})
    assert _one(api)["state"] == "up"


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
def test_bad_verbs(api, fails, verb, values, version, code, text):
    message = fails(_put(api, verb, values, version), code)
    assert text is None or message == text


def test_54_update_by_uuid(api, database, fails):
    identifier = cloud.service(database).uuid
    conductor = cloud.service(database, "host1", "nova-conductor").uuid

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


def test_delete(api, make_server, database, fails):
    make_server()
    service = cloud.service(database)
    busy = "Unable to delete compute service that is hosting instances. Migrate or delete the instances first."
    assert fails(api.delete(f"/os-services/{service.id}", token=ADMIN), 409) == busy
    assert _one(api)
    assert fails(api.delete("/os-services/99", token=ADMIN), 404) == "Service 99 not found."
    assert fails(api.delete("/os-services/x", token=ADMIN), 400).startswith("Invalid input received: id")
    assert fails(api.delete("/os-services/1", token=ADMIN, version="2.53"), 400) == "Invalid uuid 1"
    fails(api.delete(f"/os-services/{service.uuid}", token=ADMIN, version="2.53"), 409)


@pytest.mark.parametrize(("claims", "code", "left"), [(0, 204, 2), (1, 409, 3)])
def test_delete_takes_the_compute_node_along_unless_claimed(api, common_cloud, make_server, database, claims, code,
                                                            left):
    make_server(deleted=True, vm_state="deleted")
    cloud.silence(common_cloud, database)
    with database.writer() as connection:               # a claim without a server here is a moment of a move
        connection.execute(sa.update(hosts).where(hosts.c.host == "host1").values(running_vms=claims))
    answer = api.delete(f"/os-services/{cloud.service(database).id}", token=ADMIN)
    assert answer.status_code == code
    assert len(_list(api, "?binary=nova-compute")) == left
    assert len(api.get("/os-hypervisors", token=ADMIN).json["hypervisors"]) == left


def test_for_administrators_only(api, fails):
    fails(api.get("/os-services"), 403)
    fails(api.put("/os-services/enable", {"host": "h", "binary": "b"}), 403)
    fails(api.delete("/os-services/1"), 403)
