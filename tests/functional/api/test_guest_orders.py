"""Another password, a crash dump, and the password that a guest has told."""
import pytest

from nova_lite.db import actions, instances, server_passwords, session

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
ACTION, PASSWORD = f"/servers/{UUID}/action", f"/servers/{UUID}/os-server-password"
CHANGE, DUMP = {"changePassword": {"adminPass": "new one"}}, {"trigger_crash_dump": None}


def row():
    with session.reader() as connection:
        return instances.get(connection, UUID), actions.of_instance(connection, UUID)[0]


def test_another_password(client, make_server):
    make_server()
    answer = client("POST", ACTION, CHANGE)
    assert (answer.status_int, answer.body) == (202, b"")
    server, order = row()
    assert (server.vm_state, server.task_state) == ("active", None)
    assert (order.action, order.state, order.secrets) == ("changePassword", "done", None), "and it is kept nowhere"


def test_a_guest_that_does_not_take_it(client, make_server, config):
    make_server()
    config("fake", fail_operations=["set_admin_password"])
    assert client.refused("POST", ACTION, 409, CHANGE).startswith(
        f"Failed to set admin password on {UUID} because The fake driver was told to fail")
    server, order = row()
    assert (server.vm_state, server.task_state, order.state) == ("active", None, "failed")


@pytest.mark.parametrize("body", [{}, {"adminPass": None}, {"adminPass": "x", "y": 1}, None, {"adminPass": ["x"]}])
def test_no_password(client, make_server, body):
    make_server()
    client.refused("POST", ACTION, 400, {"changePassword": body})


def test_by_state(client, make_server):
    make_server(vm_state="stopped")
    assert client.refused("POST", ACTION, 409, CHANGE) == (
        f"Cannot 'set_admin_password' instance {UUID} while it is in vm_state stopped")
    assert client.at("2.17").refused("POST", ACTION, 409, DUMP) == (
        f"Cannot 'trigger_crash_dump' instance {UUID} while it is in vm_state stopped")


@pytest.mark.parametrize("version", ["2.17", "2.38", "2.100"])
def test_a_crash_dump(client, make_server, later, version):
    make_server()
    answer = client.at(version)("POST", ACTION, DUMP)
    assert (answer.status_int, answer.body) == (202, b"")
    client.at(version).refused("POST", ACTION, 400, {"trigger_crash_dump": {}})
    assert row()[1].action == "trigger_crash_dump"


def test_a_crash_dump_is_of_2_17(client, make_server):
    make_server()
    assert client.at("2.16")("POST", ACTION, DUMP).status_int in (400, 404)


def test_the_password_that_a_guest_has_told(client, make_server):
    make_server()
    assert client.get(PASSWORD) == {"password": ""}
    add = session.transaction(server_passwords.add)
    assert add(UUID, "c2VjcmV0") and not add(UUID, "another")
    assert client.get(PASSWORD) == {"password": "c2VjcmV0"}
    client.delete(PASSWORD)
    client.delete(PASSWORD)
    assert client.get(PASSWORD) == {"password": ""}
