"""Payloads: exactly Nova's fields, with what our models say."""
import datetime

import pytest

from nova_lite.models import Action, FixedIP, Flavor, ImageMeta, Instance, Network, Order, RequestSpec, Vif
from nova_lite.models.aggregate import Aggregate
from nova_lite.models.instance import Fault
from nova_lite.models.keypair import Keypair
from nova_lite.models.server_group import ServerGroup
from nova_lite.models.service import Service
from nova_lite.notifications import catalog, payloads
from tests.notification_schema import check

AT = datetime.datetime(2026, 1, 2, 3, 4, 5, 678)
FLAVOR = Flavor("1", "m1.tiny", 1, 256, 1, extra_specs={"hw:a": "b"})
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGvfbkQpUhZlZy0y6H0bVY0wTj3dDPZ1nRXkXWc5Zy8n me"
SERVER = Instance(
    uuid="7f1f0d3e-0000-4000-8000-000000000001", project_id="p1", user_id="u1", display_name="web1", flavor=FLAVOR,
    hostname="web1", vm_state="error", host="h1", node="n1", image_ref="i1", power_state=4, locked_by="admin",
    image_meta=ImageMeta("i1", properties={"os_type": "linux", "hw_architecture": "x86_64", "kernel_id": "k1"}),
    locked_reason="why", key_name="mine", key_data=KEY, tags=("blue",), created_at=AT, updated_at=AT,
    network_info=(Vif("port1", "fa:16:3e:00:00:01", Network("n1", "private"), (FixedIP("10.0.0.5", "s1"),), "tap1"),),
    fault=Fault(500, "broken", AT, "Traceback…", "RuntimeError", "nova_lite.virt.fake", "spawn"))
ACTION = Action(7, SERVER.uuid, "create", "build", "req-1", "u2", "p2", AT, step="schedule", hosts_tried=("h9",),
                params={"availability_zone": "west"})
PERIOD = (datetime.datetime(2026, 1, 1), AT)
WHO = {"user_id": "u2", "project_id": "p2", "request_id": "req-1"}


@pytest.mark.parametrize("name", sorted({found.payload for found in catalog.NOTIFICATIONS.values()
                                         if found.payload.startswith(("InstanceAction", "InstanceCreate"))}))
def test_every_payload_of_an_action_has_novas_fields(name):
    payload = payloads.instance(name, SERVER, ACTION, WHO, fault=False)
    assert payload["nova_object.name"] == name and check(payload)["fault"] is None


def test_what_is_told_of_a_server():
    data = check(payloads.instance("InstanceActionPayload", SERVER, None, WHO, fault=True))
    expected = {"uuid": SERVER.uuid, "tenant_id": "p1", "user_id": "u1", "host_name": "web1", "os_type": "linux",
                "architecture": "x86_64", "kernel_id": "k1", "ramdisk_id": "", "power_state": "shutdown",
                "locked": True, "locked_reason": "why", "auto_disk_config": "MANUAL", "state": "error",
                "created_at": "2026-01-02T03:04:05Z", "launched_at": None, "request_id": "req-1",
                "action_initiator_user": "u2", "action_initiator_project": "p2"}
    assert {key: data[key] for key in expected} == expected
    [ip] = data["ip_addresses"]
    assert ip["nova_object.data"] == {"label": "private", "mac": "fa:16:3e:00:00:01", "meta": {}, "version": 4,
                                      "port_uuid": "port1", "address": "10.0.0.5", "device_name": "tap1"}
    assert data["fault"]["nova_object.data"] == {
        "module_name": "nova_lite.virt.fake", "function_name": "spawn", "exception": "RuntimeError",
        "exception_message": "broken", "traceback": "Traceback…"}


def test_secrets_are_not_told():
    told = str(payloads.instance("InstanceCreatePayload", SERVER.replace(user_data="c2VjcmV0"), ACTION, WHO, False))
    assert "c2VjcmV0" not in told


def test_the_key_of_a_new_server_has_its_fingerprint():
    from nova_lite.compute.keys import fingerprint, generate
    data = check(payloads.instance("InstanceCreatePayload", SERVER, ACTION, WHO, fault=False))
    [key] = data["keypairs"]
    assert key["nova_object.data"] == {"user_id": "u1", "name": "mine", "type": "ssh", "public_key": KEY,
                                       "fingerprint": fingerprint("ssh", KEY)}
    assert data["tags"] == ["blue"]
    certificate, _private = generate("x509", "u1")
    [key] = check(payloads.instance("InstanceCreatePayload", SERVER.replace(key_data=certificate), ACTION, WHO,
                                    fault=False))["keypairs"]
    assert key["nova_object.data"]["fingerprint"] == fingerprint("x509", certificate)


def test_an_update_tells_the_old_state():
    before = SERVER.replace(vm_state="building", task_state="spawning", display_name="old")
    data = check(payloads.update(before, SERVER, WHO, PERIOD))
    assert data["state_update"]["nova_object.data"] == {
        "old_state": "building", "state": "error", "old_task_state": "spawning", "new_task_state": None}
    assert data["old_display_name"] == "old"
    assert data["audit_period"]["nova_object.data"] == {"audit_period_beginning": "2026-01-01T00:00:00Z",
                                                        "audit_period_ending": "2026-01-02T03:04:05Z"}
    new = check(payloads.update(None, SERVER, WHO, PERIOD))
    assert new["state_update"]["nova_object.data"]["old_state"] is None and new["old_display_name"] is None


def test_a_build_without_a_host():
    data = check(payloads.compute_task(SERVER, ACTION))
    spec = data["request_spec"]["nova_object.data"]
    assert data["reason"]["nova_object.data"]["exception"] == "RuntimeError" and data["state"] == "error"
    assert (spec["availability_zone"], spec["ignore_hosts"], spec["num_instances"]) == ("west", ["h9"], 1)


def test_a_request_of_the_scheduler():
    orders = tuple(Order(n, f"uuid{n}", "build", "schedule", 1) for n in (1, 2))
    data = check(payloads.request_spec(RequestSpec(orders, FLAVOR, SERVER.image_meta, "p1", scheduler_hints={
        "group": "g1", "different_host": ["a", "b"]}), "u1", ["default"]))
    assert (data["instance_uuid"], data["num_instances"], data["force_hosts"]) == ("uuid1", 2, None)
    assert data["scheduler_hints"] == {"group": ["g1"], "different_host": ["a", "b"]}


def test_other_things():
    assert check(payloads.flavor(FLAVOR, ["p1"]))["projects"] == ["p1"]
    check(payloads.keypair(Keypair("u1", "k", "ssh", KEY, "00:11")))
    assert check(payloads.aggregate(Aggregate(1, "a1", "west", {"a": "b"}, AT, hosts=("h1",))))["hosts"] == ["h1"]
    group = check(payloads.server_group(ServerGroup("g1", "p1", "u1", "g", "anti-affinity", 3, ("uuid1",))))
    assert group["rules"] == {"max_server_per_host": "3"} and group["policies"] == ["anti-affinity"]
    assert check(payloads.service(Service(1, "s1", "nova-compute", "h1", "compute")))["last_seen_up"] is None
