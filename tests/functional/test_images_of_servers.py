"""createImage and createBackup: one image with all of the data, or none, whatever happens meanwhile."""
import threading

import pytest
import requests

from nova_lite import exceptions, failpoints, image, service_auth
from nova_lite.conductor import unwanted_images
from nova_lite.db import session
from nova_lite.db import unwanted_images as kept
from nova_lite.embedded import tables
from nova_lite.embedded.image import files
from nova_lite.image import glance
from tests import images_left
from tests.functional.cluster import ACTIVE, GONE, IDLE, PAUSED, SOFT_DELETED, STOPPED, SUSPENDED, wait_for
from tests.functional.sign_in import token


@pytest.fixture
def images():
    return image.connect()


def data(images, context, image_id) -> bytes:
    return b"".join(images.download(context, image_id))


@pytest.mark.parametrize("before", [None, "stop", "pause", "suspend"])
def test_the_image_holds_the_disk_and_the_server_stays_as_it_is(cluster, images, before):
    state = {None: ACTIVE, "stop": STOPPED, "pause": PAUSED, "suspend": SUSPENDED}[before]
    server = cluster.made(metadata={"a": "b"})
    if before:
        getattr(cluster.api, before)(cluster.context, server)
        [server] = cluster.wait([server], state)
    image_id = cluster.api.create_image(cluster.context, server, "image", {"mine": "yes"})
    assert images.get(cluster.context, image_id).name == "image", "it is there when the order is accepted"
    cluster.wait([server], state)
    made = images.get(cluster.context, image_id)
    assert (made.status, made.visibility, made.owner) == ("active", "private", server.project_id)
    assert (made.disk_format, made.container_format, made.min_disk) == ("raw", "bare", server.flavor.root_gb)
    assert made.properties == {
        "image_type": "snapshot", "instance_uuid": server.uuid, "base_image_ref": server.image_ref, "user_id": "u1",
        "owner_id": server.project_id, "boot_roles": "member,reader", "image_location": "snapshot",
        "image_state": "available", "mine": "yes"}
    assert data(images, cluster.context, image_id).startswith(f"disk of {server.uuid}".encode())


def test_what_the_image_of_the_server_says_is_inherited(cluster, images):
    base = cluster.image.replace(min_ram=64, min_disk=3, properties={
        "hw_disk_bus": "virtio", "img_signature": "of other data", "os_distro": "lite"})
    server = cluster.made(image=base, flavor=cluster.flavor.replace(root_gb=5))
    image_id = cluster.api.create_image(cluster.context, server, "image", {"os_distro": "mine"})
    cluster.wait([server])
    made = images.get(cluster.context, image_id)
    assert (made.min_ram, made.min_disk) == (64, 5)
    assert made.properties["hw_disk_bus"] == "virtio" and made.properties["os_distro"] == "mine"
    assert "img_signature" not in made.properties


def test_a_slow_one_passes_novas_task_states(cluster):
    cluster.override("compute", progress_after=0)
    server, seen = cluster.made(), []

    def see(*task_states):
        """The host waits until its word has become true."""
        wait_for(lambda: cluster.get(server.uuid).task_state in task_states)
        seen.append(cluster.get(server.uuid).task_state)
    with failpoints.armed({"compute.snapshot_instance.begin": lambda: see("image_snapshot_pending"),
                           "compute.snapshot_instance.copied": lambda: see("image_pending_upload"),
                           "compute.snapshot_instance.uploaded": lambda: see("image_uploading")}):
        cluster.api.create_image(cluster.context, server, "image", {})
        cluster.wait([server], IDLE)
    assert seen == ["image_snapshot_pending", "image_pending_upload", "image_uploading"]


@pytest.mark.parametrize("place", ["conductor.create_image.work", "compute.snapshot_instance.copied"])
def test_an_image_is_deleted_while_it_is_made(cluster, images, place):
    """It is gone then, and the server as before."""
    server, at_it, go_on = cluster.made(), threading.Event(), threading.Event()

    def hang():
        at_it.set()
        go_on.wait(60)
    with failpoints.armed({place: hang}):
        image_id = cluster.api.create_image(cluster.context, server, "image", {})
        assert at_it.wait(60)
        images.delete(cluster.context, image_id)
        go_on.set()
        [server] = cluster.wait([server], IDLE)
    assert (server.vm_state, server.fault.code) == ("active", 404)
    with pytest.raises(exceptions.ImageNotFound):
        images.get(cluster.context, image_id)


def test_a_server_is_deleted_while_its_image_is_made(cluster, images):
    """Then there is no image, neither when the host sends its data, nor later."""
    server, at_it, go_on = cluster.made(), threading.Event(), threading.Event()

    def hang():
        at_it.set()
        go_on.wait(60)
    with failpoints.armed({"compute.snapshot_instance.copied": hang}):
        image_id = cluster.api.create_image(cluster.context, server, "image", {})
        assert at_it.wait(60)
        cluster.api.delete(cluster.context, cluster.get(server.uuid))
        go_on.set()
        cluster.wait([server], GONE)
    with pytest.raises(exceptions.ImageNotFound):
        images.get(cluster.context, image_id)


def test_a_server_is_deleted_and_kept_while_its_image_is_made(cluster, images):
    """The image is given up as in any delete; what can be restored is the server."""
    cluster.override(None, reclaim_instance_interval=3600)
    server, go_on = cluster.made(), threading.Event()
    with failpoints.armed({"compute.snapshot_instance.work": lambda: go_on.wait(60)}):
        image_id = cluster.api.create_image(cluster.context, server, "image", {})
        cluster.api.delete(cluster.context, cluster.get(server.uuid))
        go_on.set()
        [server] = cluster.wait([server], SOFT_DELETED)
    with pytest.raises(exceptions.ImageNotFound):
        images.get(cluster.context, image_id)
    cluster.api.restore(cluster.context, server)
    cluster.wait([server])


def test_a_server_is_deleted_while_its_host_is_silent(cluster, images):
    server = cluster.made()
    cluster.kill(server.host)
    image_id = cluster.api.create_image(cluster.context, server, "image", {})
    cluster.mark_dead(server.host)
    cluster.api.delete(cluster.context, cluster.get(server.uuid))
    cluster.wait([server], GONE)
    with pytest.raises(exceptions.ImageNotFound):
        images.get(cluster.context, image_id)


def test_a_server_is_reset_while_its_image_is_made(cluster, images):
    server, at_it, go_on = cluster.made(), threading.Event(), threading.Event()

    def hang():
        at_it.set()
        go_on.wait(60)
    with failpoints.armed({"compute.snapshot_instance.copied": hang}):
        image_id = cluster.api.create_image(cluster.context, server, "image", {})
        assert at_it.wait(60)
        cluster.api.reset_state(cluster.context, cluster.get(server.uuid), "active")
        go_on.set()
        wait_for(lambda: not cluster.is_worked_on(server))
    assert ACTIVE(cluster.get(server.uuid))
    with pytest.raises(exceptions.ImageNotFound):
        images.get(cluster.context, image_id)


@pytest.mark.parametrize(("code", "error"), [(413, exceptions.ImageQuotaExceeded), (403, exceptions.ImageNotAuthorized),
                                             (400, exceptions.Invalid), (503, exceptions.ServiceUnavailable)])
def test_the_image_service_refuses(cluster, monkeypatch, code, error):
    """The user is told, and the server is as before."""
    server, real = cluster.made(), service_auth.ServiceAdapter.request

    def refuse(adapter, method, path, **kwargs):
        if (method, path) != ("POST", "/v2/images"):
            return real(adapter, method, path, **kwargs)
        answer = requests.Response()
        answer.status_code = code
        return answer
    monkeypatch.setattr(service_auth.ServiceAdapter, "request", refuse)
    with pytest.raises(error):
        cluster.api.create_image(cluster.context, server, "image", {})
    [server] = cluster.wait([server], IDLE)
    assert (server.vm_state, server.fault.code) == ("active", error.code)
    assert cluster.api.actions(cluster.context, server.uuid)[0].state == "failed"


class TestAnImageThatCannotBeDeleted:
    """The server does not wait for the image service, and the image goes as soon as that lets it."""

    @pytest.fixture
    def left(self, cluster, monkeypatch):
        server, delete = cluster.made(), glance.GlanceClient.delete

        def fail(*_args):
            raise OSError("A test made it fail.")
        monkeypatch.setattr(glance.GlanceClient, "delete", fail)
        cluster.override("fake", fail_operations=["snapshot"])
        image_id = cluster.api.create_image(cluster.context, server, "image", {})
        [server] = cluster.wait([server], IDLE)
        assert "told to fail snapshot" in server.fault.message
        engine = cluster.parts("conductor")["engine"]
        assert unwanted_images.delete(engine) == 0 and waiting() == [image_id]
        monkeypatch.setattr(glance.GlanceClient, "delete", delete)
        yield image_id, lambda: unwanted_images.delete(engine)
        assert waiting() == [] and unwanted_images.delete(engine) == 0

    def test_it_is_deleted_later(self, cluster, images, left):
        image_id, delete = left
        assert delete() == 1
        with pytest.raises(exceptions.ImageNotFound):
            images.get(cluster.context, image_id)

    def test_it_is_kept_when_somebody_has_protected_it(self, cluster, images, left):
        image_id, delete = left
        with session.writer() as connection:
            connection.execute(tables.images.update().where(tables.images.c.id == image_id).values(protected=True))
        assert delete() == 1
        assert images.get(cluster.context, image_id).status == "queued"
        with session.writer() as connection:
            connection.execute(tables.images.delete().where(tables.images.c.id == image_id))


def waiting() -> list[str]:
    with session.reader() as connection:
        return kept.some(connection)


def test_the_disk_of_the_image_service_is_full(cluster, monkeypatch):
    server, real = cluster.made(), files.Upload.write

    def write(upload, chunks):
        real(upload, chunks)
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(files.Upload, "write", write)
    cluster.api.create_image(cluster.context, server, "image", {})
    [server] = cluster.wait([server], IDLE)
    assert server.fault.message.startswith("Quota exceeded or out of space for image")
    assert list(images_left.findings()) == []


def test_what_is_stored_is_compared_with_what_was_sent(cluster, monkeypatch):
    server, real = cluster.made(), files.Upload.write

    def write(upload, chunks):
        return real(upload, (chunk[:-1] + b"X" for chunk in chunks))
    monkeypatch.setattr(files.Upload, "write", write)
    cluster.api.create_image(cluster.context, server, "image", {})
    [server] = cluster.wait([server], IDLE)
    assert "did not arrive whole: its checksum" in server.fault.message


def test_a_token_that_has_expired_meanwhile(cluster, images):
    """The host goes on as the service user, and the image is still the user's project's."""
    server, context = cluster.made(), cluster.context
    context.auth_token = "expired"
    image_id = cluster.api.create_image(context, server, "image", {})
    cluster.wait([server])
    assert (images.get(context, image_id).status, images.get(context, image_id).owner) == ("active", "aaaa")


def test_backups_rotate(cluster, images):
    """By server and by type."""
    server, other = cluster.made(), cluster.made()

    def backup(of, kind, rotation):
        image_id = cluster.api.create_backup(cluster.context, of, f"{kind}", kind, rotation, {})
        cluster.wait([of])
        return image_id

    def there(*image_ids):
        return [made.id for made in images.find(cluster.context, image_type="backup") if made.id in image_ids]
    weekly, others = backup(server, "weekly", 1), backup(other, "daily", 1)
    daily = [backup(server, "daily", 2) for _ in range(3)]
    assert there(*daily) == [daily[2], daily[1]]
    assert images.get(cluster.context, daily[2]).properties["backup_type"] == "daily"
    last = backup(server, "daily", 0)
    assert there(*daily, last) == []
    assert there(weekly, others) == [others, weekly]


def test_an_image_of_a_server_boots(cluster, images):
    server = cluster.made()
    image_id = cluster.api.create_image(cluster.context, server, "image", {})
    cluster.wait([server])
    booted = cluster.made(image=images.get(cluster.context, image_id))
    assert booted.image_ref == image_id


def test_the_users_own_token_orders_the_image(cluster, monkeypatch):
    """Real Glance then applies the user's own limits and rules.  No token is sent in a message, so who goes on with it
    is the service user."""
    server, context, asked, real = cluster.made(), cluster.context, [], service_auth.ServiceAdapter.request
    context.auth_token = token("u1", "aaaa")

    def watch(adapter, method, path, **kwargs):
        if adapter.name == "image":
            asked.append((method, kwargs.get("token")))
        return real(adapter, method, path, **kwargs)
    monkeypatch.setattr(service_auth.ServiceAdapter, "request", watch)
    cluster.api.create_image(context, server, "image", {})
    cluster.wait([server])
    assert asked[0] == ("POST", context.auth_token)
    assert ("PUT", None) in asked
