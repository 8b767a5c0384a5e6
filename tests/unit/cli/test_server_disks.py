"""Disks and files of ``server create``, passwords of ``server set``: what is sent, what is refused."""
import base64
import json

import pytest

from nova_lite.cli import server

from .conftest import SERVER_ID
from .conftest import server as body_of

URL = f"/servers/{SERVER_ID}"
BLANK = {"boot_index": -1, "source_type": "blank", "destination_type": "local", "delete_on_termination": True}
LOCAL = {"uuid": "i1", "boot_index": 0, "source_type": "image", "destination_type": "local",
         "delete_on_termination": True}
OF_IMAGE = {"uuid": "i1", "boot_index": 0, "source_type": "image", "destination_type": "volume", "volume_size": 3}


@pytest.fixture
def sent(cloud, run):
    """sent(*options of a create) -> the server of its body."""
    cloud.compute("POST", "/servers", (202, {"server": {"id": SERVER_ID, "links": []}}))
    cloud.compute("GET", URL, {"server": body_of()})

    def create(*options):
        code, _, err = run("server", "create", "web1", "--flavor", "m1.tiny", *options)
        assert code == 0, err
        return cloud.asked("POST", "/compute/v2.1/servers")[-1].body["server"]
    return create


@pytest.mark.parametrize(("options", "image", "devices"), [
    (["--image", "lite-guest"], "i1", None),
    (["--image-property", "name=lite-guest", "--image-property", "disk_format=qcow2"], "i1", None),
    (["--image", "lite-guest", "--swap", "64", "--ephemeral", "size=1,format=ext4", "--ephemeral", "size=2"], "i1", [
        LOCAL, {**BLANK, "guest_format": "swap", "volume_size": 64},
        {**BLANK, "guest_format": "ext4", "volume_size": "1"}, {**BLANK, "volume_size": "2"}]),
    (["--image", "lite-guest", "--boot-from-volume", "3"], None, [{**OF_IMAGE, "delete_on_termination": False}]),
    (["--image", "lite-guest", "--boot-from-volume", "3", "--delete-on-termination"], None, [
        {**OF_IMAGE, "delete_on_termination": True}]),
    (["--volume", "v1"], None, [
        {"uuid": "v1", "boot_index": 0, "source_type": "volume", "destination_type": "volume"}]),
    (["--snapshot", "s1"], None, [{"uuid": "s1", "boot_index": 0, "source_type": "snapshot",
                                   "destination_type": "volume", "delete_on_termination": False}]),
    (["--image", "lite-guest", "--block-device", "uuid=i1,source_type=image,boot_index=0"], "i1", [
        {"uuid": "i1", "source_type": "image", "boot_index": "0"}]),
    (["--image", "lite-guest", "--block-device", "device.json"], "i1", [LOCAL, {"uuid": "v2", "boot_index": None}]),
    (["--image", "lite-guest", "--block-device-mapping", "vdb=v3", "--block-device-mapping", "vdc=s3:snapshot:5:true"],
     "i1", [LOCAL, {"device_name": "vdb", "uuid": "v3", "source_type": "volume", "destination_type": "volume"},
            {"device_name": "vdc", "uuid": "s3", "source_type": "snapshot", "destination_type": "volume",
             "volume_size": "5", "delete_on_termination": "true"}]),
])
def test_disks(sent, tmp_path, options, image, devices):
    (tmp_path / "device.json").write_text(json.dumps({"uuid": "v2", "boot_index": None}))
    body = sent(*options)
    assert (body.get("imageRef"), body.get("block_device_mapping_v2")) == (image, devices)


def test_files_groups_and_no_config_drive(sent, tmp_path):
    (tmp_path / "motd").write_text("hello")
    body = sent("--image", "lite-guest", "--file", "/etc/motd=motd", "--no-security-group", "--no-config-drive")
    assert body["personality"] == [{"path": "/etc/motd", "contents": base64.b64encode(b"hello").decode()}]
    assert body["security_groups"] == [] and body["config_drive"] is False


@pytest.mark.parametrize(("options", "words"), [
    (["--boot-from-volume", "3", "--volume", "v"], "--image or --image-property"),
    (["--image", "lite-guest", "--delete-on-termination"], "goes with --boot-from-volume"),
    (["--image-property", "os=none"], "No image has os=none"),
    (["--image", "lite-guest", "--block-device", "uuid=v,tag=t"], "needs compute API 2.42"),
    (["--image", "lite-guest", "--file", "/a=nowhere"], "--file nowhere: No such file"),
    (["--image", "lite-guest", "--trusted-image-cert", "c"], "needs compute API 2.63"),
])
def test_what_does_not_go_together(cloud, run, options, words):
    code, _, err = run("server", "create", "web1", "--flavor", "m1.tiny", *options)
    assert code != 0 and words in err and not cloud.asked("POST", "/compute/v2.1/servers")


@pytest.mark.parametrize(("option", "value", "words"), [
    ("--volume", "v", "not allowed with"), ("--block-device", "uid=v", "unknown uid"),
    ("--block-device", "list.json", "not an object"), ("--block-device-mapping", "vdb", "is not name=id"),
    ("--block-device-mapping", "vdb=v:disk", "disk is not volume"), ("--ephemeral", "format=ext4", "has no size"),
])
def test_what_cannot_be_read(cloud, run, capsys, tmp_path, option, value, words):
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(SystemExit):
        run("server", "create", "web1", "--flavor", "m1.tiny", "--image", "lite-guest", option, value)
    assert words in capsys.readouterr().err


def test_files_are_of_old_versions(cloud, run, sent):
    cloud.announce("2.100")
    code, _, err = run("server", "create", "web1", "--flavor", "m1.tiny", "--image", "lite-guest", "--file", "/a=b")
    assert code == 1 and "--file needs compute API 2.56 or older" in err


@pytest.mark.parametrize(("typed", "code"), [(["new", "new"], 0), (["new", "other"], 1), (["", ""], 1)])
def test_a_password_is_typed_twice(cloud, run, monkeypatch, typed, code):
    answers = iter(typed)
    monkeypatch.setattr(server.getpass, "getpass", lambda prompt: next(answers))
    cloud.compute("GET", URL, {"server": body_of()})
    cloud.compute("POST", f"{URL}/action", (202, None))
    assert run("server", "set", SERVER_ID, "--root-password", "--auto-approve")[0] == code
    sent = [request.body for request in cloud.asked("POST", f"/compute/v2.1{URL}/action")]
    assert sent == ([] if code else [{"changePassword": {"adminPass": "new"}}])


def test_a_password_is_forgotten(cloud, run):
    cloud.compute("GET", URL, {"server": body_of()})
    cloud.compute("DELETE", f"{URL}/os-server-password", (204, None))
    assert run("server", "set", SERVER_ID, "--no-password")[0] == 0
    assert cloud.asked("DELETE", f"/compute/v2.1{URL}/os-server-password")
