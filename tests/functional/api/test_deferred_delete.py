"""DELETE where deleted servers are kept, restore and forceDelete: as a client sees them."""
import pytest

from tests.functional.api.server_fixtures import wait_for_server

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
ACTION = f"/servers/{UUID}/action"


@pytest.fixture
def kept(config):
    config(None, reclaim_instance_interval=3600)


def test_a_server_is_deleted_and_restored_and_deleted_for_good(client, make_server, kept):
    make_server()
    client.delete(f"/servers/{UUID}")
    server = wait_for_server(client, UUID, "SOFT_DELETED")
    assert (server["OS-EXT-STS:vm_state"], server["OS-EXT-STS:power_state"]) == ("soft-delete", 4)
    assert server["OS-SRV-USG:terminated_at"] is None
    assert client.get("/servers")["servers"] == []
    client.delete(f"/servers/{UUID}")
    for action in ("os-start", "os-stop", "unrescue"):
        client.refused("POST", ACTION, 409, {action: None})
    client.post(ACTION, {"restore": None})
    wait_for_server(client, UUID)
    client.delete(f"/servers/{UUID}")
    wait_for_server(client, UUID, "SOFT_DELETED")
    client.post(ACTION, {"forceDelete": None})


def test_what_is_visible_at_once(client, make_server, sent, kept):
    make_server()
    client.delete(f"/servers/{UUID}")
    assert client.get(f"/servers/{UUID}")["server"]["OS-EXT-STS:task_state"] == "soft-deleting"
    client.delete(f"/servers/{UUID}")
    assert [method for method, _, _ in sent] == ["soft_delete_instance"]
    make_server.become(UUID, vm_state="soft-delete", task_state=None)
    client.post(ACTION, {"restore": None})
    assert client.get(f"/servers/{UUID}")["server"]["OS-EXT-STS:task_state"] == "restoring"


def test_the_quota_has_a_word(client, make_server, kept, config):
    make_server()
    client.delete(f"/servers/{UUID}")
    wait_for_server(client, UUID, "SOFT_DELETED")
    assert client.get("/limits")["limits"]["absolute"]["totalInstancesUsed"] == 0
    config("quota", instances=0)
    assert client.refused("POST", ACTION, 403, {"restore": None}) == (
        "Quota exceeded for instances: Requested 1, but already used 0 of 0 instances")


def test_a_locked_server_is_kept_as_it_is(client, make_server, kept):
    make_server(locked_by="owner")
    client.refused("DELETE", f"/servers/{UUID}", 409)
    client.post(ACTION, {"unlock": None})
    client.delete(f"/servers/{UUID}")
    wait_for_server(client, UUID, "SOFT_DELETED")
    client.post(ACTION, {"lock": None})
    client.refused("POST", ACTION, 409, {"restore": None})
    client.post(ACTION, {"unlock": None})
