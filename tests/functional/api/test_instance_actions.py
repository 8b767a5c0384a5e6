"""What was done to a server: actions, events, and the trace."""
import datetime

import pytest

from nova_lite.db import actions, tables
from nova_lite.models import Event
from tests.functional.api.server_fixtures import OTHER, PROJECT

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
ALL = f"/servers/{UUID}/os-instance-actions"
AT = datetime.datetime(2026, 11, 23, 8, 12, 31, 5)


class Caller:
    user_id, project_id = "alice", PROJECT

    def __init__(self, request_id):
        self.request_id = request_id


@pytest.fixture
def history(make_server, database, monkeypatch):
    """A server that was created (two hops, one of them public), and is being stopped by host1."""
    make_server()
    monkeypatch.setattr(actions, "now", lambda: AT)
    with database.writer() as connection:
        # its own history gives way to one of literals, with a failure and a step that does not end
        for table in (tables.action_events, tables.actions):
            connection.execute(table.delete())
        [created] = actions.insert(connection, Caller("req-1"), [UUID], "create", "build", step="schedule")
        actions.add_events(connection, created.action_id, [
            Event("POST /servers", "nova-api", "api1", 11, AT, AT, "Success", function="api.handlers.servers:create"),
            Event("compute__do_build_and_run_instance", "nova-compute", "host1", 12, AT, AT, "Error", depth=2,
                  rpc="cast", transition="scheduling -> networking", details="no disk", traceback="Traceback",
                  public=True)])
        actions.finish(connection, created, actions.FAILED, "Error")
        monkeypatch.setattr(actions, "now", lambda: AT + datetime.timedelta(seconds=1))
        actions.insert(connection, Caller("req-2"), [UUID], "stop", "stop", step="stop_instance", host="host1")


CREATE = {"action": "create", "instance_uuid": UUID, "request_id": "req-1", "user_id": "alice", "project_id": PROJECT,
          "start_time": "2026-11-23T08:12:31.000005", "message": "Error"}
STOP = {**CREATE, "action": "stop", "request_id": "req-2", "start_time": "2026-11-23T08:12:32.000005", "message": None}
BUILT = {"event": "compute__do_build_and_run_instance", "start_time": "2026-11-23T08:12:31.000005",
         "finish_time": "2026-11-23T08:12:31.000005", "result": "Error"}
STOPPING = {"event": "compute_stop_instance", "start_time": "2026-11-23T08:12:32.000005", "finish_time": None,
            "result": None}


def test_newest_first(client, history):
    assert client.get(ALL) == {"instanceActions": [STOP, CREATE]}


def test_show_and_who_sees_events(client, admin, history):
    assert client.at("2.50").get(f"{ALL}/req-1") == {"instanceAction": CREATE}
    assert client.at("2.51").get(f"{ALL}/req-1") == {"instanceAction": {**CREATE, "events": [BUILT]}}
    assert admin.get(f"{ALL}/req-1") == {"instanceAction": {**CREATE, "events": [{**BUILT, "traceback": "Traceback"}]}}
    updated = {"updated_at": "2026-11-23T08:12:31.000005"}
    assert client.at("2.58").get(f"{ALL}/req-1") == {"instanceAction": {**CREATE, **updated, "events": [BUILT]}}
    host_id = client.get(f"/servers/{UUID}")["server"]["hostId"]
    [event] = client.at("2.62").get(f"{ALL}/req-1")["instanceAction"]["events"]
    assert event == {**BUILT, "hostId": host_id}
    [event] = admin.at("2.62").get(f"{ALL}/req-1")["instanceAction"]["events"]
    assert event == {**BUILT, "hostId": host_id, "traceback": "Traceback", "host": "host1"}
    assert "details" not in client.at("2.84").get(f"{ALL}/req-1")["instanceAction"]["events"][0]
    assert admin.at("2.84").get(f"{ALL}/req-1")["instanceAction"]["events"][0]["details"] == "no disk"


def test_a_running_step_is_an_event_without_an_end(client, history):
    assert client.at("2.51").get(f"{ALL}/req-2") == {"instanceAction": {**STOP, "events": [STOPPING]}}


def test_pages_and_changes_from_2_58(client, history):
    def requests(query, version="2.58"):
        return [a["request_id"] for a in client.at(version).get(f"{ALL}?{query}")["instanceActions"]]
    page = client.at("2.58").get(f"{ALL}?limit=1")
    assert page["instanceActions"] == [{**STOP, "updated_at": "2026-11-23T08:12:32.000005"}]
    [link] = page["links"]
    assert link["rel"] == "next" and link["href"].endswith(f"/v2.1{ALL}?limit=1&marker=req-2")
    assert requests("marker=req-2") == ["req-1"] and requests("marker=req-1") == [] == requests("limit=0")
    assert client.at("2.58").refused("GET", f"{ALL}?marker=req-9", 400) == "marker [req-9] not found"
    assert requests("changes-since=2026-11-23T08:12:32Z") == ["req-2"]
    assert requests("changes-before=2026-11-23T08:12:32Z", "2.66") == ["req-1"]
    assert requests("limit=1&unknown=1", "2.57") == ["req-2", "req-1"]
    for query in ("unknown=1", "changes-since=x", "limit=-1", "limit=1&limit=2", "changes-before=2026-11-23T08:12:32Z"):
        client.at("2.58").refused("GET", f"{ALL}?{query}", 400)
    assert "changes-since" in client.at("2.66").refused(
        "GET", f"{ALL}?changes-since=2026-11-24&changes-before=2026-11-23", 400)


def test_unknown_action(client, history):
    assert client.refused("GET", f"{ALL}/req-9", 404) == "Action req-9 not found"


def test_deleted_servers_from_2_21(client, make_server, history, database):
    from nova_lite.db import instances
    with database.writer() as connection:
        connection.execute(instances.table.update().values(deleted=True, vm_state="deleted"))
    assert client.at("2.20").refused("GET", ALL, 404) == f"Instance {UUID} could not be found."
    client.at("2.20").refused("GET", f"{ALL}/req-1", 404)
    assert len(client.at("2.21").get(ALL)["instanceActions"]) == 2
    assert client.at("2.21").get(f"{ALL}/req-1")["instanceAction"] == CREATE
    client.at("2.21").as_user("bob", OTHER).refused("GET", ALL, 404)
    assert len(client.get(f"/servers/{UUID}/nova-lite-trace")["actions"]) == 2
    client.as_user("bob", OTHER).refused("GET", f"/servers/{UUID}/nova-lite-trace", 404)


def test_trace(client, admin, history):
    created, stopped = client.get(f"/servers/{UUID}/nova-lite-trace")["actions"]
    hops = created.pop("events")
    assert created == {
        "action": "create", "request_id": "req-1", "state": "failed", "step": "schedule", "attempt": 1,
        "start_time": "2026-11-23T08:12:31.000005", "finish_time": "2026-11-23T08:12:31.000005", "message": "Error"}
    assert hops[1] == {
        "event": "compute__do_build_and_run_instance", "service": "nova-compute", "host": "host1", "pid": 12,
        "start": "2026-11-23T08:12:31.000005", "finish": "2026-11-23T08:12:31.000005", "result": "Error", "depth": 2,
        "rpc": "cast", "function": "", "transition": "scheduling -> networking", "details": "no disk"}
    assert hops[0]["function"] == "api.handlers.servers:create"
    assert (stopped["state"], stopped["step"], stopped["events"]) == ("open", "stop_instance", [])
    assert admin.get(f"/servers/{UUID}/nova-lite-trace")["actions"][0]["events"][1]["traceback"] == "Traceback"
