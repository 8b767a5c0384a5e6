"""``POST /servers/{id}/action``: each action, and the table of states: 202 or 409, as it says."""
import pytest

from nova_lite import states
from nova_lite.db import actions, instances
from nova_lite.virt.fake import FakeDriver

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
ACTION = f"/servers/{UUID}/action"
BODIES = {"start": {"os-start": None}, "stop": {"os-stop": None}, "reboot": {"reboot": {"type": "SOFT"}},
          "reboot_hard": {"reboot": {"type": "HARD"}}, "lock": {"lock": None}, "unlock": {"unlock": None},
          **{key: {key: None} for key in ("pause", "unpause", "suspend", "resume", "unrescue", "restore")},
          "shelve": {"shelve": None}, "shelve_offload": {"shelveOffload": None}, "unshelve": {"unshelve": None},
          "create_image": {"createImage": {"name": "image"}},
          "create_backup": {"createBackup": {"name": "backup", "backup_type": "daily", "rotation": 1}}}
CASTS = {"start": "start_instance", "stop": "stop_instance", "reboot": "reboot_instance",
         "reboot_hard": "reboot_instance",
         **{key: f"{key}_instance" for key in ("pause", "unpause", "suspend", "resume", "unrescue", "restore")},
         "shelve": "run_order", "shelve_offload": "shelve_offload_instance", "unshelve": "start_shelved_instance",
         ("unshelve", "shelved_offloaded"): "run_order",
         "create_image": "run_order", "create_backup": "run_order"}
FOR_ADMINS = ("shelve_offload",)
# What a refusal calls it, where that is not the guard's name.
METHODS = {"reboot_hard": "reboot", "shelve_offload": "shelveOffload",
           "create_image": "createImage", "create_backup": "createBackup"}


@pytest.fixture
def row(database):
    def get():
        with database.reader() as connection:
            return instances.get(connection, UUID)
    return get


@pytest.mark.parametrize("key", BODIES)
@pytest.mark.parametrize("vm_state", states.LIVE)
def test_every_state(client, make_server, database, sent, key, vm_state):
    guard, uuid = states.ACTIONS[key], make_server().uuid
    client = client.as_user("admin") if key in FOR_ADMINS else client
    for task_state in [None, *states.TASK_STATES]:
        make_server.become(uuid, vm_state=vm_state, task_state=task_state)
        sent.clear()
        answer = client("POST", f"/servers/{uuid}/action", BODIES[key])
        if vm_state not in guard.vm_states:
            refused = f"vm_state {vm_state}"
        elif guard.task_states != states.ANY and task_state not in guard.task_states:
            refused = f"task_state {task_state}"
        else:
            assert (answer.status_int, answer.body) == (202, b""), (task_state, answer.text)
            if guard.event:
                with database.reader() as connection:
                    assert instances.get(connection, uuid).task_state == states.TRANSITIONS[guard.event].task_to
                assert [method for method, _, _ in sent] == [CASTS.get((key, vm_state)) or CASTS[key]]
            continue
        assert answer.status_int == 409 and answer.json["conflictingRequest"]["message"] == (
            f"Cannot '{METHODS.get(key, key)}' instance {uuid} while it is in {refused}")
        assert sent == []


def test_lock_and_unlock(client, admin, make_server, row, database):
    make_server()
    client.post(ACTION, {"lock": None})
    assert row().locked_by == "owner"
    assert client.refused("POST", ACTION, 409, {"os-stop": None}) == f"Instance {UUID} is locked"
    client.post(ACTION, {"unlock": {"anything": 1}})
    assert not row().locked
    with database.reader() as connection:
        assert [a.action for a in actions.of_instance(connection, UUID)] == ["unlock", "lock", "create"]
    admin.as_user("admin", "0ad0").post(ACTION, {"lock": None})
    assert row().locked_by == "admin"
    assert "unlock_override" in client.refused("POST", ACTION, 403, {"unlock": None})
    admin.post(ACTION, {"os-stop": None})             # an administrator works on locked servers
    admin.post(ACTION, {"unlock": None})
    assert not row().locked


def test_lock_reason_from_2_73(client, make_server, row):
    make_server()
    client.at("2.72").post(ACTION, {"lock": {"locked_reason": "x"}})
    assert row().locked_reason is None
    client.post(ACTION, {"unlock": None})
    client.at("2.73").post(ACTION, {"lock": {"locked_reason": "x"}})
    assert client.at("2.73").get(f"/servers/{UUID}")["server"]["locked_reason"] == "x"
    for wrong in ({"locked_reason": ""}, {"locked_reason": "x" * 256}, {"reason": "x"}, "x"):
        client.at("2.73").refused("POST", ACTION, 400, {"lock": wrong})


@pytest.mark.parametrize(("value", "length"), [
    ({"length": 10}, 10), ({"length": "10"}, 10), ({"length": -1}, None), ({"length": "-1"}, None),
    ({"length": None}, None), ({}, None), (None, None), ({"length": 0}, 0)])
def test_console_output(client, make_server, sent, monkeypatch, value, length):
    make_server()
    monkeypatch.setattr(FakeDriver, "get_console_output", lambda self, instance: b"line 1\r\nready\x07\n")
    output = "line 1\nready\n" if length != 0 else ""
    assert client.post(ACTION, {"os-getConsoleOutput": value}, code=200) == {"output": output}
    [(_, host, arguments)] = sent
    assert host == "host1" and arguments["tail_length"] == length


@pytest.mark.parametrize("value", [{"length": -2}, {"length": "-2"}, {"length": "x"}, {"length": 1.5}, {"size": 1},
                                   "x"])
def test_bad_console_output(client, make_server, value):
    make_server()
    client.refused("POST", ACTION, 400, {"os-getConsoleOutput": value})


def test_not_ready_without_a_host(client, make_server):
    make_server(vm_state="active", host=None)
    for key in ("os-stop", "os-getConsoleOutput"):
        assert client.refused("POST", ACTION, 409, {key: None}) == f"Instance {UUID} is not ready"


def test_policy_comes_before_existence_and_both_before_state(client, make_server, monkeypatch):
    from nova_lite.api import policies
    allowed = policies.allowed
    monkeypatch.setattr(policies, "allowed", lambda context, action, target=None: (
        action != "os_compute_api:servers:stop" and allowed(context, action, target)))
    assert "servers:stop" in client.refused("POST", ACTION, 403, {"os-stop": None})
    client.refused("POST", ACTION, 404, {"os-start": None})
    make_server()
    client.refused("POST", ACTION, 409, {"os-start": None})
