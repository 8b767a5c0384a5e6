"""What is being done to servers just now: nova-lite's own routes."""
import pytest

from nova_lite.db import actions, session
from tests.functional.api.server_fixtures import wait_for_server

UUIDS = [f"0e44cc9c-e052-415d-afbf-00000000000{number}" for number in (1, 2, 3)]


@pytest.fixture
def orders(make_server, client, sent):
    """Open orders of three servers' stops, whose messages have not come to the host."""
    for uuid in UUIDS:
        make_server(uuid=uuid)
        client.post(f"/servers/{uuid}/action", {"os-stop": None})
    with session.reader() as connection:
        return [action for uuid in UUIDS for action in actions.of_instance(connection, uuid) if action.action == "stop"]


def test_an_admin_sees_those_of_all_servers_with_their_hosts(admin, orders):
    found = admin.get("/nova-lite-actions")["actions"]
    assert [(a["id"], a["server_id"]) for a in found] == [(o.id, o.instance_uuid) for o in orders]
    assert {key: found[0][key] for key in ("action", "step", "host", "attempt", "request_id")} == {
        "action": "stop", "step": "stop_instance", "host": "host1", "attempt": 1, "request_id": orders[0].request_id}
    assert 0 <= found[0]["age"] < 60 and found[0]["deadline"] > found[0]["start_time"]


def test_a_user_sees_those_of_a_server_without_hosts(client, orders):
    [action] = client.get(f"/servers/{UUIDS[1]}/nova-lite-actions")["actions"]
    assert action["id"] == orders[1].id and "host" not in action
    client.refused("GET", "/nova-lite-actions", 403)


def test_what_is_done_is_not_shown(admin, client, orders, common_cloud):
    common_cloud.services.parts("conductor")["engine"].redrive([order.id for order in orders], "told by the test")
    for uuid in UUIDS:
        wait_for_server(client, uuid, "SHUTOFF")
    assert admin.get("/nova-lite-actions") == client.get(f"/servers/{UUIDS[0]}/nova-lite-actions") == {"actions": []}


def test_they_come_in_pages(admin, orders):
    first = admin.get("/nova-lite-actions?limit=2")
    assert [a["id"] for a in first["actions"]] == [o.id for o in orders[:2]]
    assert f"marker={orders[1].id}" in first["links"][0]["href"]
    second = admin.get(f"/nova-lite-actions?limit=2&marker={orders[1].id}")
    assert [a["id"] for a in second["actions"]] == [orders[2].id] and "links" not in second


@pytest.mark.parametrize("query", ["marker=x", "marker=-1", "limit=x", "limit=-1", "what=ever"])
def test_a_wrong_query_is_400(admin, query):
    admin.refused("GET", f"/nova-lite-actions?{query}", 400)
