"""The exact bodies of servers at each microversion at which they change: an extra key fails clients too."""
import datetime

import pytest

from nova_lite.models import Fault, ImageMeta
from tests.functional.api.server_fixtures import HOST, IMAGE, OTHER, PROJECT, vif

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
LINKS = [{"rel": "self", "href": f"{HOST}/v2.1/servers/{UUID}"},
         {"rel": "bookmark", "href": f"{HOST}/servers/{UUID}"}]
V21 = {
    "id": UUID, "name": "vm1", "status": "ACTIVE", "tenant_id": PROJECT, "user_id": "alice", "metadata": {"a": "b"},
    "hostId": "8a8d66db9eed58f2b1283d23acc9a32691290b603a716d81d8ed8c4e",
    "image": {"id": IMAGE, "links": [{"rel": "bookmark", "href": f"{HOST}/images/{IMAGE}"}]},
    "flavor": {"id": "1", "links": [{"rel": "bookmark", "href": f"{HOST}/flavors/1"}]},
    "created": "2026-11-23T08:12:01Z", "updated": "2026-11-23T08:12:01Z",
    "addresses": {"private": [{"version": 4, "addr": "192.168.1.30", "OS-EXT-IPS:type": "fixed",
                               "OS-EXT-IPS-MAC:mac_addr": ...}]},                 # the network service's choice
    "accessIPv4": "", "accessIPv6": "", "links": LINKS, "OS-DCF:diskConfig": "MANUAL", "progress": 0,
    "OS-EXT-AZ:availability_zone": "nova", "config_drive": "", "key_name": None,
    "OS-SRV-USG:launched_at": "2026-11-23T08:12:02.250000", "OS-SRV-USG:terminated_at": None,
    "OS-EXT-STS:task_state": None, "OS-EXT-STS:vm_state": "active", "OS-EXT-STS:power_state": 1,
    "os-extended-volumes:volumes_attached": [], "security_groups": [{"name": "default"}],
}
ADMIN_21 = {"OS-EXT-SRV-ATTR:host": "host1", "OS-EXT-SRV-ATTR:instance_name": "instance-0e44cc9c",
            "OS-EXT-SRV-ATTR:hypervisor_hostname": "host1"}
ADMIN_23 = {**ADMIN_21, "OS-EXT-SRV-ATTR:reservation_id": "r-3fhpjulh", "OS-EXT-SRV-ATTR:launch_index": 0,
            "OS-EXT-SRV-ATTR:hostname": "vm1", "OS-EXT-SRV-ATTR:kernel_id": "", "OS-EXT-SRV-ATTR:ramdisk_id": "",
            "OS-EXT-SRV-ATTR:root_device_name": "/dev/vda", "OS-EXT-SRV-ATTR:user_data": None}
V29 = {**V21, "locked": False}
V219 = {**V29, "description": None}
V226 = {**V219, "tags": []}
EXPECTED = [  # microversion, everybody's body, what an administrator sees besides
    ("2.1", V21, ADMIN_21), ("2.3", V21, ADMIN_23), ("2.9", V29, ADMIN_23),
    ("2.16", V29, {**ADMIN_23, "host_status": "UP"}), ("2.19", V219, {**ADMIN_23, "host_status": "UP"}),
    ("2.26", V226, {**ADMIN_23, "host_status": "UP"}), ("2.37", V226, {**ADMIN_23, "host_status": "UP"}),
    ("2.38", V226, {**ADMIN_23, "host_status": "UP"}),
]


@pytest.mark.parametrize(("version", "body", "more"), EXPECTED, ids=lambda v: v if isinstance(v, str) else "")
def test_show_and_detail(client, admin, make_server, version, body, more):
    [vif] = make_server(metadata={"a": "b"}).network_info
    assert vif.mac.startswith("fa:16:3e:")
    [address] = body["addresses"]["private"]
    body = {**body, "addresses": {"private": [{**address, "OS-EXT-IPS-MAC:mac_addr": vif.mac}]}}
    assert client.at(version).get(f"/servers/{UUID}") == {"server": body}
    assert client.at(version).get("/servers/detail") == {"servers": [body]}
    assert admin.at(version).get(f"/servers/{UUID}") == {"server": body | more}
    assert admin.at(version).get("/servers/detail") == {"servers": [body | more]}


@pytest.mark.parametrize("version", ["2.1", "2.100"])
def test_index(client, make_server, version):
    make_server()
    assert client.at(version).get("/servers") == {"servers": [{"id": UUID, "name": "vm1", "links": LINKS}]}


def test_links_have_the_project_if_the_url_had_it(client, make_server):
    make_server()
    prefix = f"/v2.1/{PROJECT}"
    server = client.get(f"/servers/{UUID}", prefix=prefix)["server"]
    assert server["links"] == [{"rel": "self", "href": f"{HOST}/v2.1/{PROJECT}/servers/{UUID}"},
                               {"rel": "bookmark", "href": f"{HOST}/{PROJECT}/servers/{UUID}"}]
    assert server["flavor"]["links"] == [{"rel": "bookmark", "href": f"{HOST}/{PROJECT}/flavors/1"}]


@pytest.mark.parametrize(("version", "more"), [
    ("2.1", {}), ("2.9", {"locked": False}), ("2.19", {"locked": False, "description": None}),
    ("2.38", {"locked": False, "description": None, "tags": []})])
def test_update_answers_with_less_than_show(client, make_server, version, more):
    make_server()
    answer = client.at(version).put(f"/servers/{UUID}", {"server": {"name": "new"}})["server"]
    kept = ("id", "status", "tenant_id", "user_id", "image", "flavor", "created", "accessIPv4", "accessIPv6", "links",
            "OS-DCF:diskConfig", "progress")
    assert answer.pop("updated") > V21["updated"]
    assert len(answer.pop("hostId")) == 56
    assert answer == {**{key: V21[key] for key in kept}, "name": "new", "metadata": {},
                      "addresses": {"private": [{"version": 4, "addr": "192.168.1.30"}]}, **more}


def test_fields_by_microversion(client, make_server):
    make_server(locked_by="owner", locked_reason="mine", scheduler_hints={"group": "g", "same_host": ["a", "b"]},
                network_info=(), pinned_availability_zone="west",
                image_meta=ImageMeta(id=IMAGE, properties={"hw_disk_bus": "scsi", "os_distro": "d" * 300, "mine": "x"}))
    flavor = {"vcpus": 1, "ram": 512, "disk": 1, "ephemeral": 0, "swap": 0, "original_name": "m1.tiny",
              "extra_specs": {"hw:cpu_policy": "shared"}}
    before = client.at("2.46").get(f"/servers/{UUID}")["server"]
    assert "security_groups" not in before
    steps = [("2.47", {"flavor": flavor}), ("2.63", {"trusted_image_certificates": None}),
             ("2.71", {"server_groups": []}), ("2.73", {"locked_reason": "mine"}),
             ("2.90", {"OS-EXT-SRV-ATTR:hostname": "vm1"}),
             ("2.96", {"pinned_availability_zone": "west"}),
             ("2.98", {"image": {**before["image"], "properties": {"hw_disk_bus": "scsi", "os_distro": "d" * 255}}}),
             ("2.100", {"scheduler_hints": {"group": ["g"], "same_host": ["a", "b"]}})]
    for version, change in steps:
        after = client.at(version).get(f"/servers/{UUID}")["server"]
        assert after == before | change
        before = after
    assert "server_groups" not in client.at("2.71").get("/servers/detail")["servers"][0]
    updated = client.at("2.75").put(f"/servers/{UUID}", {"server": {"name": "vm1"}})["server"]
    assert updated.keys() == client.at("2.75").get(f"/servers/{UUID}")["server"].keys()


def test_a_building_server(client, admin, make_server):
    make_server(vm_state="building", task_state="scheduling", host=None, node=None, availability_zone=None,
                power_state=0, launched_at=None)
    server = admin.at("2.38").get(f"/servers/{UUID}")["server"]
    assert server["status"] == "BUILD" and server["progress"] == 0 and server["OS-EXT-STS:task_state"] == "scheduling"
    assert server["addresses"] == {} and server["hostId"] == "" and server["host_status"] == ""
    assert server["OS-EXT-SRV-ATTR:host"] is None and server["OS-EXT-AZ:availability_zone"] == ""
    assert server["OS-SRV-USG:launched_at"] is None


def test_fault_and_progress_by_status(client, admin, make_server):
    fault = Fault(500, "No valid host was found. ", datetime.datetime(2026, 11, 23, 8, 13), "ComputeFilter: 3")
    make_server(1, vm_state="error", fault=fault)
    make_server(2, vm_state="stopped", fault=fault)
    broken = client.get(f"/servers/{UUID}")["server"]
    assert broken["fault"] == {"code": 500, "message": "No valid host was found. ", "created": "2026-11-23T08:13:00Z"}
    assert "progress" not in broken
    assert admin.get(f"/servers/{UUID}")["server"]["fault"]["details"] == "ComputeFilter: 3"
    stopped = client.get("/servers/0e44cc9c-e052-415d-afbf-000000000002")["server"]
    assert "fault" not in stopped and "progress" not in stopped


def test_details_of_a_fault_that_is_not_500_are_everybodys(client, make_server):
    make_server(vm_state="error", fault=Fault(400, "too small", datetime.datetime(2026, 11, 23), "20 < 30"))
    assert client.get(f"/servers/{UUID}")["server"]["fault"]["details"] == "20 < 30"


def test_addresses_by_label_in_order(client, make_server):
    make_server(network_info=(vif("10.0.0.3", "fd00::3", label="b"), vif("10.1.0.3", label="a", mac="fa:16:3e:0:0:2",
                                                                         security_groups=("web", "default")),
                              vif("10.0.0.4", label="b", security_groups=())))
    server = client.get(f"/servers/{UUID}")["server"]
    assert [(label, [a["addr"] for a in addresses]) for label, addresses in server["addresses"].items()] == [
        ("b", ["10.0.0.3", "fd00::3", "10.0.0.4"]), ("a", ["10.1.0.3"])]
    assert server["addresses"]["b"][1]["version"] == 6
    assert server["security_groups"] == [{"name": "default"}, {"name": "web"}]
    assert client.get(f"/servers/{UUID}/ips") == {"addresses": {
        "b": [{"version": 4, "addr": "10.0.0.3"}, {"version": 6, "addr": "fd00::3"},
              {"version": 4, "addr": "10.0.0.4"}],
        "a": [{"version": 4, "addr": "10.1.0.3"}]}}
    assert client.get(f"/servers/{UUID}/ips/a") == {"a": [{"version": 4, "addr": "10.1.0.3"}]}
    assert client.refused("GET", f"/servers/{UUID}/ips/c", 404) == "Instance is not a member of specified network"


def test_another_project_sees_another_host_id(client, make_server):
    make_server(1)
    make_server(2, project_id=OTHER)
    mine = client.get(f"/servers/{UUID}")["server"]["hostId"]
    theirs = client.as_user("bob", OTHER).get("/servers/detail")["servers"][0]["hostId"]
    assert mine != theirs and len(mine) == len(theirs) == 56


def test_the_zone_that_a_server_is_pinned_to(client, make_server):
    make_server(availability_zone="nova", pinned_availability_zone="nova")

    def pin(zone, code=200):
        return client.at("2.104").put(f"/servers/{UUID}", {"server": {"pinned_availability_zone": zone}}, code)
    client.at("2.103").put(f"/servers/{UUID}", {"server": {"pinned_availability_zone": None}}, 400)
    assert pin("nova")["server"]["pinned_availability_zone"] == "nova"
    assert "Unpin first" in pin("west", 409)["conflictingRequest"]["message"]
    assert pin(None)["server"]["pinned_availability_zone"] is None
    assert "'nova', but 'west' was requested." in pin("west", 409)["conflictingRequest"]["message"]
    pin("nova")
    assert client.at("2.104").get(f"/servers/{UUID}")["server"]["pinned_availability_zone"] == "nova"
    pin("", 400)
