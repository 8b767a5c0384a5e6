"""Events of servers: codes one by one, names by microversion."""
import pytest

PATH = "/os-server-external-events"
UUID = "0e44cc9c-e052-415d-afbf-000000000001"
HOMELESS = "0e44cc9c-e052-415d-afbf-000000000002"
UNKNOWN = "0e44cc9c-e052-415d-afbf-000000000009"


def event(name="network-changed", server=UUID, **values):
    return {"name": name, "server_uuid": server, **values}


def test_58_all_taken(admin, make_server):
    make_server(1)
    asked = [event(tag="port"), event("network-vif-plugged", status="in-progress")]
    assert admin.post(PATH, {"events": asked}, 200) == {"events": [
        {**asked[0], "status": "completed", "code": 200}, {**asked[1], "status": "completed", "code": 200}]}


def test_58_each_has_its_code(admin, make_server):
    make_server(1)
    make_server(2, host=None)
    make_server(9, deleted=True)
    asked = [event(), event(server=UNKNOWN), event(server=HOMELESS), event("volume-extended"),
             event("volume-extended", tag="v"), event("power-update", tag="x"), event("power-update", tag="POWER_ON")]
    answered = admin.at("2.93").post(PATH, {"events": asked}, 207)["events"]
    assert [(each["code"], each["status"]) for each in answered] == [
        (200, "completed"), (404, "failed"), (422, "failed"), (400, "failed"), (200, "completed"), (400, "failed"),
        (200, "completed")]
    assert [{key: each[key] for key in asked[n]} for n, each in enumerate(answered)] == asked
    assert [each["code"] for each in admin.post(PATH, {"events": [event(server=UNKNOWN)]}, 207)["events"]] == [404]


@pytest.mark.parametrize(("name", "before", "since"), [
    ("volume-extended", "2.50", "2.51"), ("power-update", "2.75", "2.76"),
    ("accelerator-request-bound", "2.81", "2.82"), ("volume-reimaged", "2.92", "2.93"),
    ("volume-reimaged", "2.92", "2.100")])
def test_names_by_version(admin, make_server, name, before, since):
    make_server(1)
    body = {"events": [event(name, tag="POWER_OFF")]}
    admin.at(before).refused("POST", PATH, 400, body)
    admin.at(since).post(PATH, body, 200)


@pytest.mark.parametrize("events", [[], [{}], [event("nonsense")], [event(server="x")], [event(status="fine")],
                                    [event(tag="x" * 256)], [event(more=1)], None])
def test_refused(admin, events):
    admin.refused("POST", PATH, 400, {"events": events})


def test_for_services(client, make_server):
    make_server(1)
    client.refused("POST", PATH, 403, {"events": [event()]})
