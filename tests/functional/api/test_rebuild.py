"""The action rebuild: what it takes and answers by version, what it orders, what it refuses."""
import base64

import pytest

from nova_lite import states
from nova_lite.conf import CONF
from nova_lite.db import actions, instances, keypairs
from nova_lite.models import Flavor, ImageMeta
from nova_lite.models.keypair import Keypair
from tests.functional.api.server_fixtures import HOST, IMAGE

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
ACTION = f"/servers/{UUID}/action"
NOWHERE = "11111111-2222-4333-8444-555555555555"
USER_DATA = base64.b64encode(b"#!/bin/sh").decode()


def rebuild(**values):
    return {"rebuild": {"imageRef": IMAGE, **values}}


@pytest.fixture
def row(database):
    def get():
        with database.reader() as connection:
            return instances.get(connection, UUID)
    return get


@pytest.fixture
def keys(database, client):
    """Key pairs of two users."""
    with database.writer() as connection:
        for user, name in (("alice", "mine"), ("admin", "theirs")):
            keypairs.create(connection, Keypair(user, name, "ssh", f"ssh-ed25519 of-{name}", "aa:bb"), imported=True)


@pytest.mark.parametrize("vm_state", states.LIVE)
def test_every_state(client, make_server, row, sent, vm_state):
    guard = states.ACTIONS["rebuild"]
    make_server()
    for task_state in [None, *states.TASK_STATES]:
        make_server.become(UUID, vm_state=vm_state, task_state=task_state)
        sent.clear()
        answer = client("POST", ACTION, rebuild())
        if vm_state in guard.vm_states and task_state is None:
            assert answer.status_int == 202 and row().task_state == "rebuilding"
            assert [method for method, _, _ in sent] == ["rebuild_instance"]
        else:
            what = f"task_state {task_state}" if vm_state in guard.vm_states else f"vm_state {vm_state}"
            assert (answer.status_int, sent) == (409, [])
            assert answer.json["conflictingRequest"]["message"] == (
                f"Cannot 'rebuild' instance {UUID} while it is in {what}")


def test_39_it_is_answered_with_the_server(client, make_server, sent):
    make_server()
    answer = client("POST", ACTION, rebuild(name="new", metadata={"a": "b"}, accessIPv4="10.0.0.9"))
    assert answer.headers["Location"] == f"{HOST}/v2.1/servers/{UUID}"
    server = answer.json["server"]
    assert (server["status"], server["name"], server["metadata"]) == ("REBUILD", "new", {"a": "b"})
    assert server["accessIPv4"] == "10.0.0.9" and len(server["adminPass"]) == 12 and server["progress"] == 0
    assert server["addresses"] == {"private": [{"version": 4, "addr": "192.168.1.30"}]}
    assert not server.keys() & {"key_name", "user_data", "OS-EXT-STS:task_state"}


def test_40_the_answer_by_version(client, admin, make_server, sent):
    make_server()
    keys, steps = {}, ("2.1", "2.8", "2.9", "2.19", "2.26", "2.46", "2.53", "2.54", "2.56", "2.57", "2.63", "2.71",
                       "2.73", "2.74", "2.75", "2.90", "2.96", "2.98", "2.100")
    for version in steps:
        make_server.become(UUID, task_state=None)
        keys[version] = client.at(version).post(ACTION, rebuild())["server"].keys()
    new = {later: keys[later] - keys[earlier] for earlier, later in zip(steps, steps[1:], strict=False)}
    assert {version: found for version, found in new.items() if found and version != "2.75"} == {
        "2.9": {"locked"}, "2.19": {"description"}, "2.26": {"tags"}, "2.54": {"key_name"}, "2.57": {"user_data"},
        "2.63": {"trusted_image_certificates"}, "2.71": {"server_groups"}, "2.73": {"locked_reason"},
        "2.90": {"OS-EXT-SRV-ATTR:hostname"}, "2.96": {"pinned_availability_zone"}, "2.100": {"scheduler_hints"}}
    shown = client.at("2.75").get(f"/servers/{UUID}")["server"].keys()
    assert keys["2.75"] == shown | {"adminPass", "user_data"}, "from 2.75 on as GET"
    make_server.become(UUID, task_state=None)
    of_admin = admin.at("2.75").post(ACTION, rebuild())["server"].keys()
    assert admin.at("2.75").get(f"/servers/{UUID}")["server"].keys() - of_admin == {"OS-EXT-SRV-ATTR:user_data"}


def test_what_the_order_is(client, make_server, row, sent, database):
    before = make_server()
    body = rebuild(adminPass="chosen", personality=[{"path": "/x", "contents": USER_DATA}])
    assert client.post(ACTION, body)["server"]["adminPass"] == "chosen"
    [(method, host, arguments)] = sent
    assert (method, host, arguments["admin_password"]) == ("rebuild_instance", "host1", "chosen")
    assert arguments["injected_files"] == {"/x": USER_DATA}
    assert arguments["instance"]["attempt"] == row().attempt == before.attempt + 1
    with database.reader() as connection:
        [action, *_] = actions.of_instance(connection, UUID)
    assert (action.action, action.step) == ("rebuild", "rebuild_instance")
    assert (action.give_up_at - action.start_time).total_seconds() == CONF.workflow.build_timeout


def test_what_is_changed(client, make_server, row, sent, keys):
    make_server(user_data=USER_DATA, key_name="old", key_data="old data", metadata={"old": "x"})
    body = rebuild(name="new", description="d", **{"OS-DCF:diskConfig": "AUTO"}, accessIPv6="fe80::1", metadata={},
                   key_name="mine", user_data=None, hostname="new.example.org", preserve_ephemeral="yes",
                   trusted_image_certificates=None)
    server = client.at("2.94").post(ACTION, body)["server"]
    assert (server["key_name"], server["user_data"], server["OS-EXT-SRV-ATTR:hostname"]) == (
        "mine", None, "new.example.org")
    found = row()
    assert (found.display_name, found.display_description, found.metadata, found.access_ip_v6) == (
        "new", "d", {}, "fe80::1")
    assert (found.key_name, found.key_data, found.user_data) == ("mine", "ssh-ed25519 of-mine", None)
    assert found.auto_disk_config and found.hostname == "new.example.org"
    make_server.become(UUID, task_state=None)
    client.at("2.57").post(ACTION, rebuild(key_name=None, user_data=USER_DATA))
    assert (row().key_name, row().key_data, row().user_data) == (None, None, USER_DATA)


def test_what_is_not_said_stays(client, make_server, row, sent):
    before = make_server(user_data=USER_DATA, key_name="old", key_data="old data", metadata={"old": "x"})
    client.post(ACTION, rebuild())
    kept = ("display_name", "hostname", "metadata", "key_name", "key_data", "user_data", "network_info", "image_ref",
            "host", "flavor", "created_at")
    assert [getattr(row(), name) for name in kept] == [getattr(before, name) for name in kept]


def test_the_key_is_the_servers_users(admin, make_server, sent, keys):
    make_server()
    admin.at("2.54").post(ACTION, rebuild(key_name="mine"))
    make_server.become(UUID, task_state=None)
    message = admin.at("2.54").refused("POST", ACTION, 400, rebuild(key_name="theirs"))
    assert message == "Keypair theirs not found for user alice"


@pytest.mark.parametrize(("version", "wrong"), [
    ("2.1", {"imageRef": "x"}), ("2.1", {"imageRef": None}), ("2.1", {"name": ""}), ("2.1", {"nonsense": 1}),
    ("2.1", {"metadata": {"a": 1}}), ("2.1", {"accessIPv4": "x"}), ("2.1", {"preserve_ephemeral": "perhaps"}),
    ("2.1", {"personality": [{"path": "/x"}]}), ("2.18", {"description": "d"}),
    ("2.53", {"key_name": None}), ("2.54", {"key_name": ""}), ("2.56", {"user_data": None}),
    ("2.57", {"personality": []}), ("2.57", {"user_data": "not base64"}),
    ("2.62", {"trusted_image_certificates": None}), ("2.63", {"trusted_image_certificates": ["a"]}),
    ("2.89", {"hostname": "h"}), ("2.90", {"hostname": "h.d"})])
def test_bad_bodies(client, make_server, row, sent, version, wrong):
    make_server()
    client.at(version).refused("POST", ACTION, 400, rebuild(**wrong))
    assert row().task_state is None and sent == []


def test_an_ephemeral_disk_cannot_be_preserved(client, make_server, row, sent):
    """Nothing of it is lost for that; of a flavor without one there is nothing to preserve."""
    server = make_server()
    make_server.become(UUID, flavor={**server.flavor.to_dict(), "ephemeral_gb": 1})
    message = client.refused("POST", ACTION, 400, rebuild(preserve_ephemeral=True))
    assert message == "The current driver does not support preserving ephemeral partitions."
    assert row().task_state is None and sent == []
    client.post(ACTION, rebuild(preserve_ephemeral=False))


def test_an_image_that_is_not_there_or_does_not_fit(client, make_server, row, sent, embedded_client):
    make_server()
    assert client.refused("POST", ACTION, 400, rebuild(imageRef=NOWHERE)) == "Cannot find image for rebuild"
    queued = embedded_client.post("/image/v2/images", {"name": "q", "disk_format": "raw", "container_format": "bare"},
                                  code=201)["id"]
    assert client.refused("POST", ACTION, 400, rebuild(imageRef=queued)) == f"Image {queued} is not active."
    for field, text in (("min_ram", "memory"), ("min_disk", "disk")):
        large = embedded_client.post("/image/v2/images", {"name": "l", "disk_format": "raw", field: 1000,
                                                          "container_format": "bare"}, code=201)["id"]
        embedded_client("PUT", f"/image/v2/images/{large}/file", b"x",
                        headers={"Content-Type": "application/octet-stream"})
        assert text in client.refused("POST", ACTION, 400, rebuild(imageRef=large))
    assert row().task_state is None and row().attempt == 1 and sent == []


def test_too_much_metadata(client, make_server, config, sent):
    make_server()
    config("quota", metadata_items=1)
    assert "metadata" in client.refused("POST", ACTION, 403, rebuild(metadata={"a": "b", "c": "d"}))


def test_39_no_password_is_told_where_guests_have_none(client, make_server, config, sent):
    make_server()
    config("api", enable_instance_password=False)
    assert "adminPass" not in client.post(ACTION, rebuild())["server"]


def test_the_same_again_is_answered_as_the_first(client, make_server, database, sent):
    make_server()
    key = {"Idempotency-Key": '"once"'}
    first = client.post(ACTION, rebuild(), headers=key)
    assert client.post(ACTION, rebuild(), headers=key)["server"]["adminPass"] == first["server"]["adminPass"]
    assert client("POST", ACTION, rebuild(name="other"), headers=key).status_int == 422
    with database.reader() as connection:
        assert [a.action for a in actions.of_instance(connection, UUID)] == ["rebuild", "create"]


def test_a_flavor_as_large_as_the_image_fits():
    from nova_lite.compute.api import fits
    fits.image(Flavor("1", "m", 1, 64, 1), ImageMeta("i", size=1 << 30, min_disk=1, min_ram=64))
    fits.image(Flavor("1", "m", 1, 64, 0), ImageMeta("i", size=2 << 30, min_disk=9))
