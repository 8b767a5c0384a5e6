"""``os-resetState`` and ``forceDelete``: in every state, and what was open is called off."""
import pytest

from nova_lite import states
from nova_lite.db import actions, instances
from tests.waiting import wait

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
ACTION = f"/servers/{UUID}/action"


@pytest.fixture
def row(database):
    def get():
        with database.reader() as connection:
            return instances.get(connection, UUID)
    return get


@pytest.fixture
def orders(database):
    """[(action, state)] of the server, newest first."""
    def get():
        with database.reader() as connection:
            return [(action.action, action.state) for action in actions.of_instance(connection, UUID)]
    return get


@pytest.mark.parametrize("state", ["active", "error"])
@pytest.mark.parametrize("vm_state", states.LIVE)
def test_reset_of_every_state(admin, make_server, row, sent, config, state, vm_state):
    config("quota", instances=-1, cores=-1, ram=-1)         # a soft-deleted one counts again, each time
    make_server()
    for task_state in (None, *states.TASK_STATES):
        make_server.become(UUID, vm_state=vm_state, task_state=task_state)
        admin.post(ACTION, {"os-resetState": {"state": state}})
        assert (row().vm_state, row().task_state) == (state, None)
    assert {method for method, _, _ in sent} == ({"compare"} if state == "active" else set())


def test_a_reset_calls_off_what_is_open_and_is_an_action(client, admin, make_server, orders, sent):
    make_server()
    client.post(ACTION, {"os-stop": None})
    assert orders()[0] == ("stop", "open")
    key = {"Idempotency-Key": '"once"'}
    for _ in range(2):
        admin.post(ACTION, {"os-resetState": {"state": "error"}}, headers=key)
    assert orders() == [("resetState", "done"), ("stop", "cancelled"), ("create", "done")]
    assert client.get(f"/servers/{UUID}/os-instance-actions")["instanceActions"][0]["action"] == "resetState"


def test_a_reset_without_a_host_asks_nobody(admin, make_server, row, sent):
    make_server(host=None, vm_state="error")
    admin.post(ACTION, {"os-resetState": {"state": "active"}})
    assert row().vm_state == "active" and sent == []


@pytest.mark.parametrize("value", [None, {}, {"state": "stopped"}, {"state": None}, {"state": "active", "x": 1},
                                   "error"])
def test_a_reset_to_no_such_state(admin, make_server, row, value):
    make_server()
    admin.refused("POST", ACTION, 400, {"os-resetState": value})
    assert row().vm_state == "active"


@pytest.mark.parametrize("vm_state", ["active", "building", "error", "soft-delete"])
def test_force_delete(client, make_server, row, orders, sent, vm_state):
    make_server(vm_state=vm_state)
    client.post(ACTION, {"forceDelete": None}, headers={"Idempotency-Key": '"once"'})
    assert row().task_state == "deleting" and orders()[0] == ("delete", "open")
    client.post(ACTION, {"forceDelete": None}, headers={"Idempotency-Key": '"once"'})
    client.delete(f"/servers/{UUID}")
    assert [method for method, _, _ in sent] == ["terminate_instance"], "it goes on already"


def test_a_repeated_force_delete_of_what_is_gone(client, make_server):
    make_server()
    client.post(ACTION, {"forceDelete": None}, headers={"Idempotency-Key": '"once"'})
    wait(lambda: client("GET", f"/servers/{UUID}").status_int == 404, 60, "it is still there")
    client.post(ACTION, {"forceDelete": None}, headers={"Idempotency-Key": '"once"'})
    client.refused("POST", ACTION, 404, {"forceDelete": None})


def test_a_locked_server_is_kept(client, make_server, sent):
    make_server(locked_by="admin")
    assert client.refused("POST", ACTION, 409, {"forceDelete": None}) == f"Instance {UUID} is locked"
