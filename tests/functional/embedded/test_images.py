"""Images: what is refused, and what a crash leaves."""
import hashlib
import tempfile
import threading
import uuid

import pytest

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.context import RequestContext, admin_context
from nova_lite.embedded.image import files, recovery, store
from nova_lite.image.glance import GlanceClient

IMAGES = "/image/v2/images"
PATCH = {"Content-Type": "application/openstack-images-v2.1-json-patch"}
OCTETS = {"Content-Type": "application/octet-stream"}


def _create(services, user="demo", **values):
    body = {"name": "i", "disk_format": "raw", "container_format": "bare", **values}
    answer = services.call("POST", IMAGES, user, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def _upload(services, image_id, data=b"data", user="demo", **kwargs):
    return services.call("PUT", f"{IMAGES}/{image_id}/file", user, data=data, headers=OCTETS, **kwargs)


def test_version_documents_need_no_token(services):
    assert services.call("GET", "/image/", None).status_code == 300
    assert services.call("GET", "/image/v2/images", None).status_code == 401


def test_an_image_has_no_tasks(services):
    image_id = _create(services)
    assert services.call("GET", f"{IMAGES}/{image_id}/tasks", "demo").json() == {"tasks": []}
    assert services.call("GET", f"{IMAGES}/nonsense/tasks", "demo").status_code == 404


@pytest.mark.parametrize("body, code", [
    ({"visibility": "public"}, 403), ({"owner": "x"}, 403), ({"status": "active"}, 403), ({"size": 3}, 403),
    ({"disk_format": "zip"}, 400), ({"min_disk": -1}, 400), ({"min_disk": True}, 400), ({"min_ram": 1 << 40}, 400),
    ({"prop": 5}, 400), ({"id": "x"}, 400), ({"name": "n" * 256}, 400), ({"tags": "a"}, 400), ([], 400),
    ({"name": "a\0"}, 400), ({"name": "\ud800"}, 400),
])
def test_wrong_creates(services, body, code):
    assert services.call("POST", IMAGES, "demo", json=body).status_code == code


def test_taken_id(services):
    image_id = str(uuid.uuid4())
    _create(services, id=image_id)
    assert services.call("POST", IMAGES, "demo", json={"id": image_id}).status_code == 409


def test_chunked_upload_and_download(services):
    image_id = _create(services)
    parts = [b"a" * 100000, b"b" * 100000]
    assert _upload(services, image_id, iter(parts)).status_code == 204
    got = services.call("GET", f"{IMAGES}/{image_id}/file", "demo")
    assert got.content == b"".join(parts)
    assert got.headers["Content-MD5"] == hashlib.md5(got.content).hexdigest()
    assert _upload(services, image_id).status_code == 409


def test_private_images_are_not_there_for_others(services):
    image_id = _create(services, "admin", visibility="private")
    _upload(services, image_id, user="admin")
    for method, path in (("GET", ""), ("GET", "/file"), ("DELETE", ""), ("PUT", "/file"), ("PUT", "/tags/x")):
        answer = services.call(method, f"{IMAGES}/{image_id}{path}", "demo", headers=OCTETS)
        assert answer.status_code == 404, (method, path)


def test_shared_image_with_member(services):
    demo = services.call("GET", "/identity/v3/auth/projects", "demo").json()["projects"][0]["id"]
    image_id = _create(services, "admin")
    path = f"{IMAGES}/{image_id}"
    assert services.call("GET", path, "demo").status_code == 404
    assert services.call("POST", f"{path}/members", "admin", json={"member": demo}).status_code == 200
    assert services.call("GET", path, "demo").status_code == 200

    def listed():
        return image_id in [image["id"] for image in services.call("GET", IMAGES, "demo").json()["images"]]
    assert not listed()
    assert services.call("PUT", f"{path}/members/{demo}", "demo", json={"status": "accepted"}).status_code == 200
    assert listed()
    assert services.call("DELETE", path, "demo").status_code == 403


def test_filters(services):
    tagged = _create(services, name="tagged", tags=["blue", "BLUE"], os_distro="lite")
    _create(services, name="other", tags=["red"])

    def found(query):
        return [image["id"] for image in services.call("GET", f"{IMAGES}?{query}", "demo").json()["images"]]
    assert found("name=tagged") == [tagged]
    assert found("tag=blue") == [tagged]
    assert found("tag=blue&tag=red") == []
    assert found("os_distro=lite") == [tagged]
    assert found(f"id=in:{tagged},x") == [tagged]
    assert found("name=tagged&status=active") == []
    assert found("name=tagged&created_at=gt:2001-01-01T00:00:00Z") == [tagged]
    assert found("limit=0") == []
    for bad in ("marker=x", "limit=-1", "limit=x", "sort_key=x", "sort_dir=up&sort_key=name", "visibility=x",
                "created_at=gt:x"):
        assert services.call("GET", f"{IMAGES}?{bad}", "demo").status_code == 400, bad


def test_patch(services):
    image_id = _create(services, note="x")
    path = f"{IMAGES}/{image_id}"

    def patch(*operations, headers=PATCH):
        return services.call("PATCH", path, "demo", json=list(operations), headers=headers)
    done = patch({"op": "replace", "path": "/name", "value": "new"}, {"op": "remove", "path": "/note"},
                 {"op": "add", "path": "/a~1b", "value": "c"},
                 {"op": "replace", "path": "/tags", "value": ["t"]}).json()
    assert (done["name"], done["a/b"], done["tags"], "note" in done) == ("new", "c", ["t"], False)
    assert patch({"op": "replace", "path": "/none", "value": "x"}).status_code == 409
    assert patch({"op": "remove", "path": "/name"}).status_code == 403
    assert patch({"op": "replace", "path": "/checksum", "value": "x"}).status_code == 403
    assert patch({"op": "replace", "path": "/visibility", "value": "public"}).status_code == 403
    assert patch({"op": "move", "path": "/name", "value": "x"}).status_code == 400
    assert patch(headers={"Content-Type": "application/json"}).status_code == 415


def test_protected(services):
    image_id = _create(services, protected=True)
    assert services.call("DELETE", f"{IMAGES}/{image_id}", "demo").status_code == 403


def test_a_large_body_waits_on_the_images_disk(services, monkeypatch):
    places = []
    real = tempfile.TemporaryFile
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda *args, **kwargs: places.append(kwargs.get("dir")) or real(
        *args, **kwargs))
    image_id, data = _create(services), bytes(3 << 20)
    for body in (data, iter([data])):
        answer = _upload(services, image_id, body)
        assert answer.status_code in (204, 409)
    assert places and set(places) == {files.folder()}
    assert services.call("GET", f"{IMAGES}/{image_id}", "demo").json()["size"] == len(data)


def test_too_large_upload_leaves_a_queued_image(services):
    image_id = _create(services)
    CONF.set_override("image_size_cap", 1000, "embedded")
    try:
        for data in (b"x" * 1001, iter([b"x" * 600, b"x" * 600])):
            answer = _upload(services, image_id, data)
            assert answer.status_code == 413
            assert services.call("GET", f"{IMAGES}/{image_id}", "demo").json()["status"] == "queued"
        assert list(files.folder().iterdir()) == []
        assert _upload(services, image_id, b"x" * 1000).status_code == 204
    finally:
        CONF.clear_override("image_size_cap", "embedded")


def test_large_bodies_elsewhere_are_refused(services):
    answer = services.call("POST", "/identity/v3/auth/tokens", None, data=b"x" * (2 << 20))
    assert answer.status_code == 413


def test_a_crash_in_an_upload_leaves_nothing_active(services):
    """The part file, its lock gone, and the status saving: what a killed process leaves."""
    image_id = _create(services)
    store.change_status(image_id, ("queued",), "saving")
    files.path_of(image_id + files.PART).write_bytes(b"half")
    assert services.call("GET", f"{IMAGES}/{image_id}/file", "demo").status_code == 204
    assert _upload(services, image_id, b"whole").status_code == 204
    assert services.call("GET", f"{IMAGES}/{image_id}/file", "demo").content == b"whole"


def test_recovery_puts_a_cut_off_upload_back_but_not_a_living_one(services):
    dead, living, gone = _create(services), _create(services), str(uuid.uuid4())
    for image_id in (dead, living):
        store.change_status(image_id, ("queued",), "saving")
    files.path_of(dead + files.PART).write_bytes(b"half")
    files.path_of(gone + files.DELETED).write_bytes(b"old")
    with files.Upload(living):
        recovery.recover()
        assert store.statuses(ids=[dead, living]) == {dead: "queued", living: "saving"}
        assert [path.name for path in files.folder().iterdir()] == [living + files.PART]


def test_second_upload_at_once_is_refused(services):
    image_id = _create(services)
    with files.Upload(image_id):
        assert _upload(services, image_id).status_code == 409


def test_delete_while_uploading(services):
    image_id = _create(services)
    started, go = threading.Event(), threading.Event()

    def slow():
        started.set()
        go.wait(10)
        yield b"x"
    result = {}
    thread = threading.Thread(target=lambda: result.update(code=_store_directly(image_id, slow())))
    thread.start()
    started.wait(10)
    assert services.call("DELETE", f"{IMAGES}/{image_id}", "demo").status_code == 204
    go.set()
    thread.join()
    assert list(files.folder().iterdir()) == []


def _store_directly(image_id, chunks):
    """An upload without the server, which would hold the body back until it is whole."""
    with files.Upload(image_id) as part:
        store.change_status(image_id, ("queued", "saving"), "saving")
        part.write(chunks)
        part.commit()
        if not store.change_status(image_id, ("saving",), "active"):
            files.discard(image_id)


class TestClient:
    def test_service_user_checks_what_the_project_may_see(self, services):
        private, public = _create(services, "demo"), _create(services, "admin", visibility="public", hw_x="1")
        _upload(services, public, b"data", user="admin")
        client = GlanceClient()
        stranger = RequestContext(user_id="u", project_id="stranger", roles=["member"], overwrite=False)
        meta = client.get(stranger, public)
        assert (meta.size, meta.properties, meta.status) == (4, {"hw_x": "1"}, "active")
        assert b"".join(client.download(stranger, public)) == b"data"
        with pytest.raises(exceptions.ImageNotFound):
            client.get(stranger, private)
        assert client.get(admin_context(), private).id == private
        for nonsense in ("", "..", "a/b", str(uuid.uuid4())):
            with pytest.raises(exceptions.ImageNotFound):
                client.get(admin_context(), nonsense)
        with pytest.raises(exceptions.ImageUnacceptable):
            client.download(admin_context(), private)

    def test_expired_user_token_falls_back_to_the_service_user(self, services):
        public = _create(services, "admin", visibility="public")
        context = RequestContext(user_id="u", project_id="p", auth_token="expired", overwrite=False)
        assert GlanceClient().get(context, public).id == public

    def test_unreachable(self, services):
        CONF.set_override("endpoint_override", "http://127.0.0.1:1", "glance")
        try:
            with pytest.raises(exceptions.ServiceUnavailable, match="127.0.0.1:1"):
                GlanceClient().get(admin_context(), str(uuid.uuid4()))
        finally:
            CONF.clear_override("endpoint_override", "glance")
