"""createImage and createBackup: bodies, answers by microversion, limits."""
import pytest

from nova_lite import service_auth
from nova_lite.conf import CONF
from tests.waiting import wait

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
ACTION = f"/servers/{UUID}/action"
CREATE = {"createImage": {"name": "image", "metadata": {"mine": "yes"}}}
BACKUP = {"createBackup": {"name": "backup", "backup_type": "daily", "rotation": "1", "metadata": {"mine": "yes"}}}


def image_of(answer) -> str:
    assert answer.status_code == 202 and answer.body == b""
    return answer.headers["Location"].rpartition("/")[2]


@pytest.mark.parametrize("body", [CREATE, BACKUP])
def test_48_where_the_images_id_is(client, make_server, sent, later, embedded_client, body):
    """In the Location until 2.44, in the body from 2.45 on."""
    make_server()
    for version in ("2.1", "2.44"):
        make_server.become(UUID, task_state=None)
        answer = client.at(version)("POST", ACTION, body)
        assert answer.headers["Location"] == f"{service_auth.embedded_url()}/image/v2/images/{image_of(answer)}"
        assert embedded_client.get(f"/image/v2/images/{image_of(answer)}")["mine"] == "yes"
    make_server.become(UUID, task_state=None)
    answer = client.at("2.45")("POST", ACTION, body)
    assert "Location" not in answer.headers and answer.json.keys() == {"image_id"}
    assert embedded_client.get(f"/image/v2/images/{answer.json['image_id']}")["status"] == "queued"


@pytest.mark.parametrize("version", ["2.1", "2.45"])
def test_of_a_backup_that_does_not_stay_nothing_is_told(client, make_server, sent, later, version):
    make_server()
    answer = client.at(version)("POST", ACTION, {"createBackup": {**BACKUP["createBackup"], "rotation": 0}})
    assert (answer.status_code, answer.body) == (202, b"") and "Location" not in answer.headers


@pytest.mark.parametrize("body", [CREATE, BACKUP])
def test_the_number_of_properties_is_limited_until_2_38(client, make_server, sent, later, monkeypatch, body):
    make_server()
    monkeypatch.setitem(next(iter(body.values()))["metadata"], "other", "one")
    CONF.set_override("metadata_items", 1, "quota")
    try:
        for version in ("2.1", "2.38"):
            assert client.at(version).refused("POST", ACTION, 403, body) == "Image metadata limit exceeded"
        assert client.at("2.39")("POST", ACTION, body).status_code == 202
    finally:
        CONF.clear_override("metadata_items", "quota")


@pytest.mark.parametrize("value", [
    {}, {"name": ""}, {"name": " x"}, {"name": "x" * 256}, {"name": 1}, {"name": "x", "metadata": {"a": 1}},
    {"name": "x", "metadata": []}, {"name": "x", "more": 1}, None])
def test_bad_create_image(client, make_server, sent, value):
    make_server()
    client.refused("POST", ACTION, 400, {"createImage": value})


@pytest.mark.parametrize("changes", [
    {"rotation": -1}, {"rotation": "-1"}, {"rotation": "x"}, {"rotation": None}, {"backup_type": 1}, {"name": ""},
    {"more": 1}, {"rotation": 10 ** 30}])
def test_bad_create_backup(client, make_server, sent, changes):
    make_server()
    client.refused("POST", ACTION, 400, {"createBackup": {**BACKUP["createBackup"], **changes}})


def test_a_locked_server_has_images_made(client, admin, make_server, sent):
    """A lock is against changes of the server; as in Nova."""
    make_server(locked_by="admin")
    image_of(client("POST", ACTION, CREATE))


def test_metadata_says_what_kind_of_image_it_is(client, make_server, sent, embedded_client):
    make_server()
    for metadata, kind in (({}, "snapshot"), ({"image_type": "test"}, "test")):
        make_server.become(UUID, task_state=None)
        answer = client("POST", ACTION, {"createImage": {"name": "image", "metadata": metadata}})
        assert embedded_client.get(f"/image/v2/images/{image_of(answer)}")["image_type"] == kind


@pytest.mark.parametrize("body", [CREATE, BACKUP])
def test_repeated_with_its_idempotency_key(client, make_server, sent, embedded_client, body):
    make_server()
    key = {"Idempotency-Key": '"of-an-image"'}
    first, again = (client("POST", ACTION, body, headers=key) for _ in range(2))
    assert image_of(first) == image_of(again)
    images = embedded_client.get("/image/v2/images?name=" + next(iter(body.values()))["name"])["images"]
    assert [image["id"] for image in images] == [image_of(first)]


def test_the_server_and_its_actions_tell(client, make_server):
    make_server()
    image_of(client("POST", ACTION, CREATE))
    wait(lambda: client.get(f"/servers/{UUID}")["server"]["OS-EXT-STS:task_state"] is None, 60)
    action = client.get(f"/servers/{UUID}/os-instance-actions")["instanceActions"][0]
    assert (action["action"], action["message"]) == ("createImage", None)
    events = client.as_user("admin").get(f"/servers/{UUID}/os-instance-actions/{action['request_id']}")
    assert [event["event"] for event in events["instanceAction"]["events"]] == ["compute_snapshot_instance"]
