"""Resize, confirmResize, revertResize, migrate; and the lists of moves by microversion."""
import datetime

import pytest

from nova_lite import states
from nova_lite.db import flavors, instances, moves, tables
from nova_lite.models import Flavor, Migration
from tests.functional.api.server_fixtures import OTHER, PROJECT

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
ACTION = f"/servers/{UUID}/action"
BODIES = {"resize": {"resize": {"flavorRef": "2"}}, "migrate": {"migrate": None},
          "confirm_resize": {"confirmResize": None}, "revert_resize": {"revertResize": None}}
AT = datetime.datetime(2026, 11, 23, 9, 0, 0, 5)
MOVE = "6f7a3a52-6f0a-4c2e-9d7b-0000000000{:02}"


@pytest.fixture
def store(database):
    """``store(number, instance, **values)``: a move's row."""
    def made(number, instance, **values):
        other = Flavor("2", "m1.small", 1, 2048, 20, id=2)
        with database.writer() as connection:
            return moves.insert(connection, Migration(**{
                "id": 0, "uuid": MOVE.format(number), "instance_uuid": instance.uuid, "migration_type": "resize",
                "status": "finished", "source_compute": "host1", "source_node": "host1", "dest_compute": "host2",
                "dest_node": "host2", "dest_host": "127.0.0.1", "old_flavor": instance.flavor.replace(id=1),
                "new_flavor": other, "old_vm_state": "active", "user_id": instance.user_id,
                "project_id": instance.project_id, "created_at": AT + datetime.timedelta(minutes=number), **values}))
    return made


@pytest.mark.parametrize("key", BODIES)
@pytest.mark.parametrize("vm_state", states.LIVE)
def test_every_state(admin, make_server, database, sent, store, key, vm_state):
    guard, server = states.ACTIONS[key], make_server()
    for task_state in [None, *states.TASK_STATES]:
        with database.writer() as connection:
            connection.execute(tables.migrations.delete())
        if key.endswith("_resize"):
            store(1, server)
        make_server.become(UUID, vm_state=vm_state, task_state=task_state)
        sent.clear()
        answer = admin("POST", ACTION, BODIES[key])
        if vm_state in guard.vm_states and task_state in guard.task_states:
            assert (answer.status_int, answer.body) == (204 if key == "confirm_resize" else 202, b""), answer.text
            with database.reader() as connection:
                assert instances.get(connection, UUID).task_state == states.TRANSITIONS[guard.event].task_to
            assert [(method, host) for method, host, _ in sent] == [{
                "confirm_resize": ("confirm_resize", "host1"), "revert_resize": ("revert_resize", "host2"),
            }.get(key, ("run_order", None))]
            continue
        attr, state = ("vm_state", vm_state) if vm_state not in guard.vm_states else ("task_state", task_state)
        assert answer.status_int == 409 and answer.json["conflictingRequest"]["message"] == (
            f"Cannot '{key}' instance {UUID} while it is in {attr} {state}")
        assert sent == []


def test_what_resize_refuses(client, make_server, database, sent, config):
    make_server()
    refused = client.refused
    assert refused("POST", ACTION, 400, {"resize": {"flavorRef": "1"}}) == (
        "When resizing, instances must change flavor!")
    assert refused("POST", ACTION, 400, {"resize": {"flavorRef": "nope"}}) == "Flavor nope could not be found."
    for wrong in (None, {}, {"flavorRef": ""}, {"flavorRef": "2", "x": 1},
                  {"flavorRef": "2", "OS-DCF:diskConfig": "auto"}):
        refused("POST", ACTION, 400, {"resize": wrong})
    with database.writer() as connection:
        flavors.create(connection, Flavor("0", "none", 1, 512, 0))
        flavors.create(connection, Flavor("x", "huge", 1000, 512, 1))
    assert refused("POST", ACTION, 400, {"resize": {"flavorRef": "0"}}) == (
        "Server disk was unable to be resized because: Resize to zero disk flavor is not allowed.")
    assert refused("POST", ACTION, 403, {"resize": {"flavorRef": "x"}}).startswith("Quota exceeded for cores: ")
    assert sent == []


def test_a_host_that_is_down_gives_no_server_away(client, admin, make_server, database, sent):
    make_server()
    with database.writer() as connection:
        connection.execute(tables.services.update().where(tables.services.c.host == "host1").values(forced_down=True))
    assert client.refused("POST", ACTION, 409, {"resize": {"flavorRef": "2"}}) == (
        "Service is unavailable at this time.")
    admin.refused("POST", ACTION, 409, {"migrate": None})
    assert sent == []


def test_disk_config_comes_with_a_resize(client, make_server, sent):
    make_server()
    client.post(ACTION, {"resize": {"flavorRef": "http://api/flavors/2", "OS-DCF:diskConfig": "AUTO"}})
    server = client.get(f"/servers/{UUID}")["server"]
    assert (server["OS-DCF:diskConfig"], server["status"]) == ("AUTO", "RESIZE")
    assert server["OS-EXT-STS:task_state"] == "resize_prep"


def test_a_host_for_migrate_from_2_56(client, admin, make_server, sent):
    make_server()
    admin.at("2.55").post(ACTION, {"migrate": {"host": "nowhere"}})         # anything, and nothing of it is read
    make_server.become(UUID, task_state=None)
    sent.clear()
    newer = admin.at("2.56")
    for wrong in ({"host": ""}, {"host": 1}, {"host": "host2", "force": True}, "x"):
        newer.refused("POST", ACTION, 400, {"migrate": wrong})
    assert newer.refused("POST", ACTION, 400, {"migrate": {"host": "host1"}}) == (
        "Cannot migrate to the host where the server exists.")
    assert newer.refused("POST", ACTION, 400, {"migrate": {"host": "nowhere"}}) == (
        "Compute host nowhere could not be found.")
    newer.post(ACTION, {"migrate": {"host": "host2"}})
    assert len(sent) == 1
    client.refused("POST", ACTION, 403, {"migrate": None})


def test_a_repeated_confirmation_is_answered_as_the_first(client, make_server, store, sent):
    store(1, make_server(vm_state="resized"))
    for _ in range(2):
        assert client("POST", ACTION, {"confirmResize": None},
                      headers={"Idempotency-Key": '"one"'}).status_int == 204
    assert len(sent) == 1


def test_what_has_not_been_resized(client, make_server, sent):
    make_server(vm_state="resized")
    for key in ("confirmResize", "revertResize"):
        assert client.refused("POST", ACTION, 400, {key: None}) == "Instance has not been resized."


# -- lists -------------------------------------------------------------------------------------------------
FIRST = {"id": 1, "status": "finished", "source_compute": "host1", "source_node": "host1", "dest_compute": "host2",
         "dest_node": "host2", "dest_host": "127.0.0.1", "created_at": "2026-11-23T09:01:00.000005", "updated_at": None,
         "instance_uuid": UUID, "old_instance_type_id": 1, "new_instance_type_id": 2}


def listed(client, query="", version="2.80"):
    return [move["uuid"] for move in client.at(version).get(f"/os-migrations{query}")["migrations"]]


def test_os_migrations_by_microversion(admin, make_server, store):
    move = store(1, make_server(user_id="alice", project_id=PROJECT))
    first = {**FIRST, "id": move.id}
    typed = {**first, "migration_type": "resize"}
    whole = {**typed, "uuid": move.uuid}
    for version, body in (("2.1", first), ("2.22", first), ("2.23", typed), ("2.58", typed), ("2.59", whole),
                          ("2.79", whole), ("2.80", {**whole, "user_id": "alice", "project_id": PROJECT})):
        assert admin.at(version).get("/os-migrations") == {"migrations": [body]}, version


def test_os_migrations_pages_and_filters(admin, make_server, store):
    server, other = make_server(1), make_server(2, project_id=OTHER, user_id="bob")
    one, two, three = (store(number, server) for number in (1, 2, 3))
    four = store(4, other, status="error", migration_type="migration", source_compute="host3", dest_compute=None,
                 updated_at=AT + datetime.timedelta(hours=5), open=False)
    assert listed(admin) == [four.uuid, three.uuid, two.uuid, one.uuid]
    page = admin.at("2.59").get("/os-migrations?limit=2")
    assert [move["uuid"] for move in page["migrations"]] == [four.uuid, three.uuid]
    [link] = page["migrations_links"]
    assert link["rel"] == "next" and f"marker={three.uuid}" in link["href"]
    assert listed(admin, f"?limit=2&marker={three.uuid}") == [two.uuid, one.uuid]
    assert listed(admin, "?limit=0") == []
    admin.at("2.59").refused("GET", "/os-migrations?limit=1&limit=2", 400)
    for query in (f"instance_uuid={other.uuid}", "status=error", "migration_type=migration", "source_compute=host3",
                  "host=host3", "changes-since=2026-11-23T13:00:00Z", "user_id=bob", f"project_id={OTHER}"):
        assert listed(admin, f"?{query}") == [four.uuid], query
    assert listed(admin, "?host=host2&changes-before=2026-11-23T09:02:30Z") == [two.uuid, one.uuid]
    assert "not found" in admin.at("2.59").refused("GET", f"/os-migrations?marker={UUID}", 400)
    # dropped, as every parameter that is not known yet; later such ones are refused
    assert len(admin.at("2.58").get("/os-migrations?limit=1")["migrations"]) == 4
    for version, query in (("2.65", "changes-before=2026-01-01T00:00:00Z"), ("2.79", "user_id=bob")):
        admin.at(version).refused("GET", f"/os-migrations?{query}", 400)
    admin.at("2.66").refused("GET", "/os-migrations?changes-since=2026-02-01T00:00:00Z&"
                             "changes-before=2026-01-01T00:00:00Z", 400)


def test_a_servers_live_migrations_that_go_on(admin, make_server, store):
    server = make_server()
    cold, live = store(1, server), store(2, server, migration_type="live-migration", status="running", open=False)
    path = f"/servers/{UUID}/migrations"
    assert admin("GET", path).status_int == 404 and admin.at("2.22")("GET", path).status_int == 404
    found = admin.at("2.23").get(path)["migrations"]
    assert [(move["id"], move["server_uuid"], move["memory_total_bytes"]) for move in found] == [(live.id, UUID, None)]
    assert "uuid" not in found[0] and admin.at("2.59").get(path)["migrations"][0]["uuid"] == live.uuid
    assert admin.at("2.80").get(f"{path}/{live.id}")["migration"]["project_id"] == PROJECT
    assert admin.at("2.23").refused("GET", f"{path}/{cold.id}", 404) == (
        f"Migration {cold.id} for server {UUID} is not live-migration.")
    for number in (10 ** 20, 999, "x"):
        admin.at("2.23").refused("GET", f"{path}/{number}", 404)
