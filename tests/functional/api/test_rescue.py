"""The actions rescue and unrescue: what they take, answer and order."""
import pytest

from nova_lite import states
from nova_lite.conf import CONF
from nova_lite.db import actions, instances
from nova_lite.virt.fake import FakeDriver
from tests.functional.api.server_fixtures import IMAGE, wait_for_server

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
ACTION = f"/servers/{UUID}/action"
NOWHERE = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def make_image(embedded_client):
    """``make_image(**properties)``: an active image's id."""
    def make(upload=True, **properties):
        image = embedded_client.post("/image/v2/images", {
            "name": "r", "disk_format": "raw", "container_format": "bare", **properties}, code=201)["id"]
        if upload:
            embedded_client("PUT", f"/image/v2/images/{image}/file", b"x",
                            headers={"Content-Type": "application/octet-stream"})
        return image
    return make


@pytest.fixture
def newest(database):
    """The newest order of the server."""
    def get():
        with database.reader() as connection:
            return actions.of_instance(connection, UUID)[0]
    return get


@pytest.mark.parametrize("vm_state", states.LIVE)
def test_rescue_in_every_state(client, make_server, sent, vm_state):
    guard = states.ACTIONS["rescue"]
    make_server()
    for task_state in [None, *states.TASK_STATES]:
        make_server.become(UUID, vm_state=vm_state, task_state=task_state)
        sent.clear()
        if vm_state in guard.vm_states and task_state is None:
            client.post(ACTION, {"rescue": None}, code=200)
            assert [method for method, _, _ in sent] == ["rescue_instance"]
        else:
            what = f"task_state {task_state}" if vm_state in guard.vm_states else f"vm_state {vm_state}"
            assert client.refused("POST", ACTION, 409, {"rescue": None}) == (
                f"Cannot 'rescue' instance {UUID} while it is in {what}")
            assert sent == []


@pytest.mark.parametrize("value", [None, {}])
def test_39_from_its_own_image_with_a_password_made_up(client, make_server, sent, newest, value):
    make_server()
    password = client.post(ACTION, {"rescue": value}, code=200)["adminPass"]
    assert len(password) == 12
    [(_, host, arguments)] = sent
    assert host == "host1"
    assert {key: arguments[key] for key in ("image_id", "device", "bus", "admin_password")} == {
        "image_id": IMAGE, "device": None, "bus": None, "admin_password": password}
    order = newest()
    assert (order.action, order.params) == ("rescue", {"image_id": IMAGE, "device": None, "bus": None})
    assert (order.give_up_at - order.start_time).total_seconds() == CONF.workflow.build_timeout


def test_from_another_image_and_how_its_disk_is_attached(client, make_server, make_image, sent):
    make_server()
    image = make_image(hw_rescue_device="cdrom", hw_rescue_bus="sata")
    body = {"rescue": {"adminPass": "chosen", "rescue_image_ref": image}}
    assert client.post(ACTION, body, code=200) == {"adminPass": "chosen"}
    [(_, _, arguments)] = sent
    assert (arguments["image_id"], arguments["device"], arguments["bus"]) == (image, "cdrom", "sata")


def test_images_that_rescue_nobody(client, make_server, make_image, sent, database):
    make_server()
    for image in (NOWHERE, make_image(upload=False), make_image(hw_rescue_device="tape"),
                  make_image(hw_rescue_bus="isa")):
        assert client.refused("POST", ACTION, 400, {"rescue": {"rescue_image_ref": image}}) == (
            f"Requested rescue image '{image}' is not supported")
    with database.reader() as connection:
        assert instances.get(connection, UUID).task_state is None and sent == []


@pytest.mark.parametrize("value", ["x", [], {"adminPass": 1}, {"rescue_image_ref": "x"}, {"image": IMAGE}])
def test_bad_bodies(client, make_server, value):
    make_server()
    client.refused("POST", ACTION, 400, {"rescue": value})


def test_no_password_is_told_where_guests_have_none(client, make_server, config, sent):
    make_server()
    config("api", enable_instance_password=False)
    assert client.post(ACTION, {"rescue": None}, code=200) == {}


def test_the_same_again_is_answered_as_the_first(client, make_server, sent, newest):
    make_server()
    key = {"Idempotency-Key": '"once"'}
    first = client.post(ACTION, {"rescue": None}, code=200, headers=key)
    assert client.post(ACTION, {"rescue": None}, code=200, headers=key) == first and len(sent) == 1


def test_there_and_back(client, make_server, monkeypatch):
    """As a client sees it, with the driver's part."""
    make_server()
    told, real = [], FakeDriver.rescue

    def rescue(self, instance, network_info, request):
        told.append((request.image_id, request.admin_password, network_info == instance.network_info))
        real(self, instance, network_info, request)
    monkeypatch.setattr(FakeDriver, "rescue", rescue)
    password = client.post(ACTION, {"rescue": None}, code=200)["adminPass"]
    server = wait_for_server(client, UUID, "RESCUE")
    assert (server["OS-EXT-STS:vm_state"], server["OS-EXT-STS:power_state"]) == ("rescued", 1)
    assert "progress" not in server and told == [(IMAGE, password, True)]
    for action in ({"os-stop": None}, {"reboot": {"type": "HARD"}}, {"rescue": None}, {"rebuild": {"imageRef": IMAGE}}):
        client.refused("POST", ACTION, 409, action)
    client.post(ACTION, {"unrescue": None})
    wait_for_server(client, UUID)
