"""The image client against a service of recorded answers: whose token, which body, what each code means."""
import hashlib
import json

import pytest
import requests

from nova_lite import exceptions
from nova_lite.context import RequestContext, admin_context
from nova_lite.image.glance import PATCH, GlanceClient
from nova_lite.models import ImageMeta

IMAGE = "9e7a1c7e-0f0e-4a39-8a3c-4d0f5a2f7d10"
DATA = bytes(range(256)) * 4000
STORED = {"id": IMAGE, "status": "active", "owner": "mine", "size": len(DATA), "disk_format": "qcow2",
          "checksum": hashlib.md5(DATA).hexdigest()}
QUEUED = {**STORED, "status": "queued", "size": None, "checksum": None}


class Service:
    """Answers in order; ``asked`` has (method, path, token, what was sent)."""

    endpoint = "http://image"

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def request(self, method, path, *, token=None, request_id=None, headers=None, json=None, data=None, stream=False):
        sent = b"".join(iter(data.read, b"")) if data is not None else json
        self.asked.append((method, path, token, sent))
        code, body = self.answers.pop(0)
        answer = requests.Response()
        answer.status_code, answer._content = code, body if isinstance(body, bytes) else _text(body)
        return answer


def _text(body) -> bytes:
    return json.dumps(body).encode()


@pytest.fixture
def glance(monkeypatch):
    def make(*answers) -> GlanceClient:
        client = GlanceClient()
        client._adapter = Service(*answers)
        return client
    return make


@pytest.fixture
def user():
    return RequestContext(user_id="u", project_id="mine", auth_token="token", roles=["member"], overwrite=False)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "copy"
    path.write_bytes(DATA)
    return path


def test_create_says_all_of_it_with_the_users_token(glance, user):
    client = glance((201, QUEUED))
    assert client.create(user, ImageMeta(id=IMAGE, name="n", owner="mine", disk_format="qcow2", container_format="bare",
                                         min_disk=1, properties={"image_type": "snapshot"}))
    assert client._adapter.asked == [("POST", "/v2/images", "token", {
        "id": IMAGE, "name": "n", "owner": "mine", "visibility": "private", "disk_format": "qcow2",
        "container_format": "bare", "min_disk": 1, "min_ram": 0, "image_type": "snapshot"})]


def test_one_that_is_there_is_not_made_again(glance, user):
    assert glance((409, {})).create(user, ImageMeta(id=IMAGE)) is False


@pytest.mark.parametrize(("code", "error"), [
    (400, exceptions.Invalid), (403, exceptions.ImageNotAuthorized), (413, exceptions.ImageQuotaExceeded),
    (500, exceptions.ServiceUnavailable), (503, exceptions.ServiceUnavailable)])
def test_what_each_refusal_means(glance, user, code, error):
    with pytest.raises(error):
        glance((code, {"message": "why"})).create(user, ImageMeta(id=IMAGE))


def test_an_expired_token_is_followed_by_the_service_users(glance, user):
    client = glance((401, {}), (201, QUEUED))
    assert client.create(user, ImageMeta(id=IMAGE))
    assert [token for _, _, token, _ in client._adapter.asked] == ["token", None]


def test_upload_sends_the_bytes_and_looks_at_what_is_stored(glance, user, file):
    client, checks = glance((200, QUEUED), (204, b""), (200, STORED)), []
    client.upload(user, IMAGE, file, "qcow2", lambda: checks.append(1))
    assert client._adapter.asked[1] == ("PUT", f"/v2/images/{IMAGE}/file", "token", DATA)
    assert len(checks) > 3


def test_the_format_is_put_right_before_the_bytes(glance, user, file):
    client = glance((200, {**QUEUED, "disk_format": "raw"}), (200, QUEUED), (204, b""), (200, STORED))
    client.upload(user, IMAGE, file, "qcow2")
    assert client._adapter.asked[1] == ("PATCH", f"/v2/images/{IMAGE}", "token", [
        {"op": "replace", "path": "/disk_format", "value": "qcow2"}])
    assert PATCH.endswith("json-patch")


@pytest.mark.parametrize("stored", [{"status": "saving"}, {"size": 1}, {"checksum": "0" * 32}])
def test_what_is_stored_otherwise_is_no_image(glance, user, file, stored):
    with pytest.raises(exceptions.ImageDamaged):
        glance((200, QUEUED), (204, b""), (200, {**STORED, **stored})).upload(user, IMAGE, file, "qcow2")


def test_an_upload_that_still_runs_there_is_waited_for(glance, user, file):
    with pytest.raises(exceptions.ServiceUnavailable):
        glance((200, QUEUED), (409, {})).upload(user, IMAGE, file, "qcow2")


def test_an_upload_ends_when_it_may_not_go_on(glance, user, file):
    def check():
        raise exceptions.BuildAbort(instance_uuid="u", reason="deleted")
    with pytest.raises(exceptions.BuildAbort):
        glance((200, QUEUED)).upload(user, IMAGE, file, "qcow2", check)


def test_the_service_user_changes_only_what_is_the_projects(glance, user, file):
    user.auth_token = None
    others = {**QUEUED, "owner": "others", "visibility": "public"}
    with pytest.raises(exceptions.ImageNotAuthorized):
        glance((200, others)).upload(user, IMAGE, file, "qcow2")
    with pytest.raises(exceptions.ImageNotAuthorized):
        glance((200, others)).delete(user, IMAGE)
    glance((200, others), (204, b"")).delete(admin_context(), IMAGE)


def test_delete_of_what_is_gone(glance, user):
    glance((404, {})).delete(user, IMAGE)
    glance((200, STORED), (404, {})).delete(user, IMAGE)
    with pytest.raises(exceptions.ImageNotAuthorized):
        glance((200, STORED), (403, {})).delete(user, IMAGE)


def test_find_is_the_projects_newest_first(glance, user):
    client = glance((200, {"images": [STORED]}))
    assert [image.id for image in client.find(user, image_type="backup")] == [IMAGE]
    path = client._adapter.asked[0][1]
    assert "owner=mine" in path and "image_type=backup" in path and "sort_key=created_at&sort_dir=desc" in path


def test_url(glance):
    assert glance().url(IMAGE) == f"http://image/v2/images/{IMAGE}"
