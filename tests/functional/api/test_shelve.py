"""Shelve, shelveOffload and unshelve over HTTP: bodies and answers by microversion."""
import pytest

from nova_lite.db import instances

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
ACTION = f"/servers/{UUID}/action"
OFFLOADED = {"vm_state": "shelved_offloaded", "host": None, "task_state": None}


@pytest.fixture
def offloaded(make_server):
    make_server()
    return lambda: make_server.become(UUID, **OFFLOADED)


@pytest.mark.parametrize("version", ["2.1", "2.76"])
@pytest.mark.parametrize("value", [None, {}, "x", {"availability_zone": "nowhere"}])
def test_unshelve_takes_anything_until_2_76(client, offloaded, sent, later, version, value):
    offloaded()
    client.at(version).post(ACTION, {"unshelve": value})
    assert [method for method, _, _ in sent] == ["run_order"]


def test_a_zone_from_2_77_and_a_host_from_2_91(client, admin, offloaded, sent, later, database):
    def pinned():
        with database.reader() as connection:
            return instances.get(connection, UUID).pinned_availability_zone
    offloaded()
    client.at("2.77").post(ACTION, {"unshelve": {"availability_zone": "nova"}})
    assert pinned() == "nova"
    offloaded()
    client.at("2.77").refused("POST", ACTION, 400, {"unshelve": {"availability_zone": None}})
    client.at("2.90").refused("POST", ACTION, 400, {"unshelve": {"host": "host1"}})
    client.at("2.77").refused("POST", ACTION, 400, {"unshelve": {}})
    client.at("2.90").refused("POST", ACTION, 400, {"unshelve": {"availability_zone": ""}})
    client.at("2.91").refused("POST", ACTION, 403, {"unshelve": {"host": "host1"}})
    client.at("2.91").post(ACTION, {"unshelve": {"availability_zone": None}})
    assert pinned() is None
    offloaded()
    admin.at("2.91").post(ACTION, {"unshelve": {"host": "host2"}})
    offloaded()
    admin.at("2.91").post(ACTION, {"unshelve": None})


@pytest.mark.parametrize(("asked", "code"), [
    ({"availability_zone": "nowhere"}, 400), ({"availability_zone": ""}, 400), ({"host": "nowhere"}, 400),
    ({"more": 1}, 400), ("x", 400), ({"host": None}, 400)])
def test_what_cannot_be_asked_for(admin, offloaded, sent, later, asked, code):
    offloaded()
    admin.at("2.91").refused("POST", ACTION, code, {"unshelve": asked})


def test_a_place_is_for_one_that_has_none(client, make_server, sent, later):
    make_server()
    make_server.become(UUID, vm_state="shelved")
    text = client.at("2.77").refused("POST", ACTION, 409, {"unshelve": {"availability_zone": "nova"}})
    assert text.startswith("Specifying an availability zone or a host when unshelving server")


def test_a_locked_server_is_not_shelved(client, make_server, sent):
    make_server(locked_by="owner")
    for body in ({"shelve": None}, {"unshelve": None}):
        assert client.refused("POST", ACTION, 409, body) == f"Instance {UUID} is locked"


def test_what_an_offloaded_server_shows(client, admin, offloaded):
    offloaded()
    server = admin.get(f"/servers/{UUID}")["server"]
    assert (server["status"], server["hostId"], server["OS-EXT-SRV-ATTR:host"]) == ("SHELVED_OFFLOADED", "", None)
    assert server["addresses"]["private"]
