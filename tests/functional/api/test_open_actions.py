"""What is being done to servers just now: nova-lite's own routes."""
import pytest

from nova_lite.context import admin_context
from nova_lite.db import actions

UUIDS = [f"0e44cc9c-e052-415d-afbf-00000000000{number}" for number in (1, 2, 3)]


@pytest.fixture
def orders(make_server, database):
    """Open orders of three servers' stops, given to host h1."""
    for uuid in UUIDS:
        make_server(uuid=uuid)
    with database.writer() as connection:
        return actions.insert(connection, admin_context("req-1"), UUIDS, "stop", "stop", step="stop_instance",
                              host="h1")


def test_an_admin_sees_those_of_all_servers_with_their_hosts(admin, orders):
    found = admin.get("/nova-lite-actions")["actions"]
    assert [(a["id"], a["server_id"]) for a in found] == [(o.action_id, o.instance_uuid) for o in orders]
    assert {key: found[0][key] for key in ("action", "step", "host", "attempt", "request_id")} == {
        "action": "stop", "step": "stop_instance", "host": "h1", "attempt": 1, "request_id": "req-1"}
    assert 0 <= found[0]["age"] < 60 and found[0]["deadline"] > found[0]["start_time"]


def test_a_user_sees_those_of_a_server_without_hosts(client, orders):
    [action] = client.get(f"/servers/{UUIDS[1]}/nova-lite-actions")["actions"]
    assert action["id"] == orders[1].action_id and "host" not in action
    client.refused("GET", "/nova-lite-actions", 403)


def test_what_is_done_is_not_shown(admin, client, orders, database):
    with database.writer() as connection:
        for order in orders:
            actions.finish(connection, order)
    assert admin.get("/nova-lite-actions") == client.get(f"/servers/{UUIDS[0]}/nova-lite-actions") == {"actions": []}


def test_they_come_in_pages(admin, orders):
    first = admin.get("/nova-lite-actions?limit=2")
    assert [a["id"] for a in first["actions"]] == [o.action_id for o in orders[:2]]
    assert f"marker={orders[1].action_id}" in first["links"][0]["href"]
    second = admin.get(f"/nova-lite-actions?limit=2&marker={orders[1].action_id}")
    assert [a["id"] for a in second["actions"]] == [orders[2].action_id] and "links" not in second


@pytest.mark.parametrize("query", ["marker=x", "marker=-1", "limit=x", "limit=-1", "what=ever"])
def test_a_wrong_query_is_400(admin, query):
    admin.refused("GET", f"/nova-lite-actions?{query}", 400)
