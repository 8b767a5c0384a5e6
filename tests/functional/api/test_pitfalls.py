"""What re-implementations get wrong and clients notice: one test a numbered item of the project's list.

15-24 errors, 25-40 create and body, 41-46 lists, 47-49 actions and delete, 59-60 actions as they show.
"""
import datetime
import re

import pytest

from nova_lite import exceptions
from nova_lite.compute.api import API
from nova_lite.db import instances
from nova_lite.models import Fault
from tests.functional.api.server_fixtures import HOST, IMAGE, NETWORK, OTHER, vif, wait_for_server
from tests.waiting import wait

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
ACTION = f"/servers/{UUID}/action"
NOBODY = "c1c2c3c4-0000-4000-8000-000000000009"
VM = {"name": "vm", "flavorRef": "1", "imageRef": IMAGE}


def create(client, **values):
    return client.post("/servers", {"server": VM | values})


# -- B. errors -----------------------------------------------------------------------------------------------
def test_15_fault_shape(client):
    answer = client("GET", f"/servers/{UUID}")
    assert answer.json == {"itemNotFound": {"code": 404, "message": f"Instance {UUID} could not be found."}}
    assert answer.content_type == "application/json"


def test_16_an_unexpected_error_leaks_nothing(client, monkeypatch):
    def broken(*args):
        raise RuntimeError("the password is hunter2")
    monkeypatch.setattr(API, "get", broken)
    message = client.refused("GET", f"/servers/{UUID}", 500)
    assert message.startswith("Unexpected API Error. Please report this") and "hunter2" not in message
    assert message.endswith("<class 'RuntimeError'>")


def test_17_quota_is_403_and_says_all(client, config):
    config("quota", instances=2, cores=1)
    create(client)
    assert client.refused("POST", "/servers", 403, {"server": VM | {"min_count": 2}}) == (
        "Quota exceeded for cores, instances: Requested 2, 2, but already used 1, 1 of 1, 2 cores, instances")


def test_18_schema_errors_name_the_key(client):
    def refused(**values):
        return client.refused("POST", "/servers", 400, {"server": VM | values})
    assert refused(min_count="x").startswith("Invalid input for field/attribute min_count. Value: x. ")
    assert refused(metadata={"a": 1}) == "Invalid input for field/attribute a. Value: 1. 1 is not of type 'string'"
    assert "'name' is a required property" in client.refused("POST", "/servers", 400, {"server": {"flavorRef": "1"}})
    assert client.refused("POST", "/servers", 400, {}) == "'server' is a required property"
    assert client.refused("GET", "/servers?limit=x", 400).startswith(
        "Invalid input for query parameters limit. Value: x. ")


def test_19_unknown_keys(client, make_server, later):
    assert "Additional properties are not allowed ('x' was unexpected)" in client.refused(
        "POST", "/servers", 400, {"server": VM | {"x": 1}})
    make_server()
    for path, last in (("/servers", "2.74"), ("/servers/detail", "2.74"), (f"/servers/{UUID}", "2.101")):
        client.at(last).get(f"{path}?nonsense=1")
        client.at(f"2.{int(last[2:]) + 1}").refused("GET", f"{path}?nonsense=1", 400)


def test_20_conflicts(client, make_server):
    make_server(1, vm_state="stopped")
    make_server(2, locked_by="admin")
    assert client.refused("POST", ACTION, 409, {"reboot": {"type": "SOFT"}}) == (
        f"Cannot 'reboot' instance {UUID} while it is in vm_state stopped")
    locked = UUID.replace("001", "002")
    assert client.refused("POST", f"/servers/{locked}/action", 409, {"os-stop": None}) == f"Instance {locked} is locked"
    assert client.refused("DELETE", f"/servers/{locked}", 409) == f"Instance {locked} is locked"


@pytest.mark.parametrize("bad", ["x", "1", "'", "a" * 300, "%F0%9F%92%A9", UUID[:-1], UUID + "0"])
def test_21_a_bad_uuid_in_the_url_is_404(client, bad):
    for path in ("", "/metadata", "/ips", "/os-instance-actions", "/nova-lite-trace"):
        assert client("GET", f"/servers/{bad}{path}").status_int == 404


@pytest.mark.parametrize("bad", [
    {"flavorRef": "99"}, {"imageRef": NOBODY}, {"key_name": "none"}, {"availability_zone": "mars"},
    {"security_groups": [{"name": "none"}]}, {"networks": [{"uuid": NOBODY}]}], ids=str)
def test_21_a_bad_thing_in_a_create_is_400(client, bad):
    client.refused("POST", "/servers", 400, {"server": VM | bad})


def test_21_what_is_used_or_ambiguous_is_409(client, embedded_client, make_server):
    port = make_server().network_info[0].id

    def refused(**values):
        return client.refused("POST", "/servers", 409, {"server": VM | values})
    assert refused(networks=[{"port": port}]) == str(exceptions.PortInUse(port_id=port))
    own = embedded_client.post("/network/v2.0/networks", {"network": {"name": "own"}}, code=201)["network"]["id"]
    embedded_client.post("/network/v2.0/subnets", {"subnet": {"network_id": own, "cidr": "10.9.0.0/24"}}, code=201)
    assert refused() == str(exceptions.NetworkAmbiguous())
    wanted = [{"uuid": own, "fixed_ip": "10.9.0.9"}]
    used = create(client, networks=wanted)["server"]["id"]
    wait_for_server(client, used)
    assert refused(networks=wanted) == str(exceptions.FixedIpAlreadyInUse(address="10.9.0.9", instance_uuid=used))


EVERYWHERE = [("GET", "", None), ("PUT", "", {"server": {"name": "x"}}), ("DELETE", "", None), ("GET", "/ips", None),
              ("GET", "/ips/private", None), ("GET", "/metadata", None), ("POST", "/metadata", {"metadata": {}}),
              ("PUT", "/metadata", {"metadata": {}}), ("GET", "/metadata/a", None),
              ("PUT", "/metadata/a", {"meta": {"a": "b"}}), ("DELETE", "/metadata/a", None),
              ("GET", "/os-instance-actions", None), ("GET", "/os-instance-actions/req-1", None),
              ("GET", "/nova-lite-trace", None),
              *(("POST", "/action", {key: value}) for key, value in (
                  ("os-start", None), ("os-stop", None), ("reboot", {"type": "HARD"}), ("os-getConsoleOutput", {}),
                  ("lock", None), ("unlock", None)))]


@pytest.mark.parametrize(("method", "path", "body"), EVERYWHERE, ids=str)
@pytest.mark.parametrize("version", ["2.1", "2.38"])
def test_22_another_projects_server_is_404_everywhere(client, make_server, method, path, body, version):
    before = make_server(project_id=OTHER, metadata={"a": "b"})
    message = client.at(version).refused(method, f"/servers/{UUID}{path}", 404, body)
    assert message == f"Instance {UUID} could not be found."
    bob = client.as_user("bob", OTHER).get(f"/servers/{UUID}")["server"]
    assert bob["name"] == before.display_name and bob["OS-EXT-STS:task_state"] is None


@pytest.mark.parametrize("body", [b"{}", b'{"os-start": null, "os-stop": null}', b"[]", b"null", b'"os-start"', b"{",
                                  b"\xff", b'{"os-start": "\\ud800"}', b"[" * 5000])
def test_23_malformed_actions(client, make_server, body):
    make_server()
    assert client.refused("POST", ACTION, 400, body) == "Malformed request body"


def test_23_unknown_action(client, make_server):
    make_server()
    assert client.refused("POST", ACTION, 400, {"foo": None}) == "There is no such action: foo"
    assert client("POST", ACTION).status_int == 400


def test_24_lenient_values(client, database, config):
    config("quota", instances=-1, cores=-1, ram=-1)
    for true in (True, "True", "1", "on", "yes", "YES"):
        with database.reader() as connection:
            server = create(client, config_drive=true, min_count="1")["server"]
            assert instances.get(connection, server["id"]).config_drive
    assert create(client, min_count="2", return_reservation_id="false").keys() == {"server"}
    assert client.get("/servers?limit=0") == {"servers": []} == client.get("/servers/detail?limit=0")
    for bad in ("-1", "x", "1.5", ""):
        client.refused("GET", f"/servers?limit={bad}", 400)


# -- C. create and body ----------------------------------------------------------------------------------------
def test_25_answer_of_create(client, config):
    answer = client("POST", "/servers", {"server": VM})
    assert answer.status_int == 202
    server = answer.json["server"]
    assert server.keys() == {"id", "links", "OS-DCF:diskConfig", "security_groups", "adminPass"}
    assert answer.headers["Location"] == server["links"][0]["href"] == f"{HOST}/v2.1/servers/{server['id']}"
    assert server["security_groups"] == [{"name": "default"}] and re.fullmatch("[0-9a-zA-Z]{12}", server["adminPass"])
    assert create(client, adminPass="mine", security_groups=[{"name": "web"}])["server"]["adminPass"] == "mine"
    config("api", enable_instance_password=False)
    assert "adminPass" not in create(client, adminPass="mine")["server"]


def test_26_reservation_and_several(client, admin):
    answer = client.post("/servers", {"server": VM | {"return_reservation_id": True, "max_count": 3}})
    assert answer.keys() == {"reservation_id"} and re.fullmatch("r-[a-z0-9]{8}", answer["reservation_id"])
    servers = admin.at("2.3").get(f"/servers/detail?reservation_id={answer['reservation_id']}&sort_key=launch_index"
                                  "&sort_dir=asc")["servers"]
    assert [(s["name"], s["OS-EXT-SRV-ATTR:launch_index"]) for s in servers] == [("vm-1", 0), ("vm-2", 1), ("vm-3", 2)]


def test_27_image_of_a_volume_boot_is_the_empty_string(client, make_server):
    make_server(image_ref="")
    assert client.get(f"/servers/{UUID}")["server"]["image"] == ""


def test_28_networks(client, make_server):
    for version, networks, code in (("2.36", ..., 202), ("2.37", ..., 400), ("2.37", "auto", 202),
                                    ("2.37", "none", 202), ("2.37", "all", 400), ("2.1", [{"uuid": NETWORK}], 202),
                                    ("2.1", [{"port": UUID, "fixed_ip": "10.0.0.1"}], 400)):
        server = VM if networks is ... else VM | {"networks": networks}
        answer = client.at(version)("POST", "/servers", {"server": server})
        assert answer.status_int == code, (version, networks, answer.text)


@pytest.mark.parametrize(("name", "hostname"), [
    ("web_1.example com", "web-1-example-com"), ("Grün!", "grn"), ("日本", "Server-"), ("x" * 70, "x" * 63),
    ("-.-a-.-", "a")])
def test_29_names(client, admin, name, hostname):
    server = create(client, name=name)["server"]
    shown = admin.at("2.3").get(f"/servers/{server['id']}")["server"]
    assert shown["name"] == name
    assert shown["OS-EXT-SRV-ATTR:hostname"] == (hostname if hostname != "Server-" else f"Server-{server['id']}")
    for bad in (f" {name}", f"{name} ", ""):
        client.refused("PUT", f"/servers/{server['id']}", 400, {"server": {"name": bad}})


def test_30_flavor(client, make_server):
    make_server()
    assert client.at("2.46").get(f"/servers/{UUID}")["server"]["flavor"].keys() == {"id", "links"}
    embedded = client.at("2.47").get(f"/servers/{UUID}")["server"]["flavor"]
    assert embedded == {"vcpus": 1, "ram": 512, "disk": 1, "ephemeral": 0, "swap": 0, "original_name": "m1.tiny",
                        "extra_specs": {"hw:cpu_policy": "shared"}}


def test_31_addresses(client, make_server):
    [vif] = make_server(1).network_info
    make_server(2, vm_state="building", task_state="spawning")
    assert re.fullmatch("fa:16:3e(:[0-9a-f]{2}){3}", vif.mac)
    assert client.get(f"/servers/{UUID}")["server"]["addresses"] == {"private": [
        {"version": 4, "addr": "192.168.1.30", "OS-EXT-IPS:type": "fixed", "OS-EXT-IPS-MAC:mac_addr": vif.mac}]}
    assert client.get(f"/servers/{UUID}/ips")["addresses"] == {"private": [{"version": 4, "addr": "192.168.1.30"}]}
    assert client.get(f"/servers/{UUID.replace('001', '002')}")["server"]["addresses"] == {}


def test_32_null_or_empty_or_missing(client, admin, sent):
    uuid = create(client)["server"]["id"]
    server = admin.at("2.73").get(f"/servers/{uuid}")["server"]
    assert server["key_name"] is None and server["config_drive"] == "" and server["metadata"] == {}
    assert server["accessIPv4"] == server["accessIPv6"] == server["hostId"] == ""
    assert server["OS-EXT-AZ:availability_zone"] == "" and server["tags"] == []
    for key in ("host", "hypervisor_hostname", "user_data"):
        assert server[f"OS-EXT-SRV-ATTR:{key}"] is None
    assert server["locked_reason"] is None and server["OS-SRV-USG:launched_at"] is None
    assert server["progress"] == 0 and "fault" not in server and "security_groups" not in server


def test_32_config_drive_is_the_word_true(client, make_server):
    make_server(config_drive=True, vm_state="stopped")
    server = client.get(f"/servers/{UUID}")["server"]
    assert server["config_drive"] == "True" and "progress" not in server


def test_33_host_id(client, make_server):
    make_server(1)
    make_server(2, project_id=OTHER)
    make_server(3)
    mine = {s["hostId"] for s in client.get("/servers/detail")["servers"]}
    [theirs] = client.as_user("bob", OTHER).get("/servers/detail")["servers"]
    assert len(mine) == 1 and re.fullmatch("[0-9a-f]{56}", *mine) and theirs["hostId"] not in mine


def test_34_times(client, make_server):
    make_server(terminated_at=datetime.datetime(2026, 11, 23, 9))
    server = client.get(f"/servers/{UUID}")["server"]
    assert server["created"] == server["updated"] == "2026-11-23T08:12:01Z"
    assert server["OS-SRV-USG:launched_at"] == "2026-11-23T08:12:02.250000"
    assert server["OS-SRV-USG:terminated_at"] == "2026-11-23T09:00:00.000000"


def test_35_links(client, make_server):
    servers = [make_server(n) for n in (1, 2)]
    prefix = f"/v2.1/{client.project}"
    page = client.get("/servers?limit=2", prefix=prefix)
    assert page["servers"][0]["links"] == [{"rel": "self", "href": f"{HOST}{prefix}/servers/{servers[1].uuid}"},
                                           {"rel": "bookmark",
                                            "href": f"{HOST}/{client.project}/servers/{servers[1].uuid}"}]
    [link] = page["servers_links"]
    assert link == {"rel": "next", "href": f"{HOST}{prefix}/servers?limit=2&marker={servers[0].uuid}"}
    assert client.get(link["href"].removeprefix(HOST + prefix)) == {"servers": []}
    assert "servers_links" not in client.get("/servers?limit=3")


def test_36_metadata(client, make_server, config):
    make_server()
    path = f"/servers/{UUID}/metadata"
    assert client.put(f"{path}/a", {"meta": {"a": "x" * 255}}) == {"meta": {"a": "x" * 255}}
    client.refused("PUT", f"{path}/a", 400, {"meta": {"a": "x" * 256}})
    many = {str(n): "" for n in range(129)}
    client.refused("POST", path, 403, {"metadata": many})
    client.refused("POST", "/servers", 403, {"server": VM | {"metadata": many}})


def test_37_states(client, make_server):
    make_server(1, vm_state="stopped", task_state="powering-on", power_state=4)
    server = client.get(f"/servers/{UUID}")["server"]
    assert server["status"] == "SHUTOFF" and server["OS-EXT-STS:power_state"] == 4
    assert (server["OS-EXT-STS:vm_state"], server["OS-EXT-STS:task_state"]) == ("stopped", "powering-on")
    make_server(2, task_state="deleting")
    assert client.get(f"/servers/{UUID.replace('001', '002')}")["server"]["status"] == "ACTIVE"


def test_38_fault(client, admin, make_server):
    fault = Fault(500, "No valid host was found. ", datetime.datetime(2026, 11, 23), "RamFilter: 2 of 2")
    make_server(1, vm_state="error", fault=fault)
    shown = client.get(f"/servers/{UUID}")["server"]["fault"]
    assert shown == {"code": 500, "message": "No valid host was found. ", "created": "2026-11-23T00:00:00Z"}
    assert admin.get(f"/servers/{UUID}")["server"]["fault"] == {**shown, "details": "RamFilter: 2 of 2"}


def test_40_update_answers_less_before_2_75(client, make_server):
    make_server()
    less = client.at("2.74").put(f"/servers/{UUID}", {"server": {}})["server"]
    full = client.at("2.75").put(f"/servers/{UUID}", {"server": {}})["server"]
    assert full == client.at("2.75").get(f"/servers/{UUID}")["server"]
    assert full.keys() > less.keys() and "key_name" not in less


# -- D. lists ----------------------------------------------------------------------------------------------------
def test_41_markers(client, make_server, config):
    config("api", max_limit=2)
    for number in (1, 2, 3):
        make_server(number, created_at=datetime.datetime(2026, 1, 1))        # equal times: by id
    assert [s["name"] for s in client.get("/servers?limit=100")["servers"]] == ["vm3", "vm2"]
    make_server(4, project_id=OTHER)
    for unknown in (NOBODY, UUID.replace("001", "004"), "x"):
        assert client.refused("GET", f"/servers?marker={unknown}", 400) == f"marker [{unknown}] not found"


def test_42_sorting(client, admin, make_server):
    make_server()
    assert client.refused("GET", "/servers?sort_key=host", 403) == "Only administrators can sort servers by host"
    admin.get("/servers?sort_key=host&sort_key=node")
    client.refused("GET", "/servers?sort_key=nonsense", 400)
    client.refused("GET", "/servers?sort_key=uuid&sort_dir=asc&sort_dir=asc", 400)
    client.refused("GET", "/servers?sort_key=uuid&sort_dir=both", 400)
    client.at("2.74").get("/servers?sort_key=memory_mb")
    client.at("2.75").refused("GET", "/servers?sort_key=memory_mb", 400)


def test_43_filters(client, admin, make_server):
    make_server(1, display_name="web", network_info=(vif("10.0.0.5"),))
    make_server(2, display_name="gone", vm_state="deleted", deleted=True)
    for bad in ("*", "(", "[", "\\", "%00"):
        client.refused("GET", f"/servers?name={bad}", 400)
    assert client.get("/servers?ip=0.0.5")["servers"] and not client.get("/servers?ip=0.0.6")["servers"]
    assert client.get("/servers?flavor=none") == {"servers": []}
    assert client.refused("GET", "/servers?changes-since=soon", 400)
    changed = client.get("/servers/detail?changes-since=2026-11-23T00:00:00Z")["servers"]
    assert [(s["name"], s["status"]) for s in changed] == [("gone", "DELETED"), ("web", "ACTIVE")]
    assert [s["name"] for s in client.get("/servers?deleted=true&host=other")["servers"]] == ["web"]
    assert admin.get("/servers?nonsense=1")["servers"]


@pytest.mark.parametrize("version", ["2.1", "2.37"])
def test_43_unknown_status_is_an_empty_list_until_2_37(client, make_server, version):
    make_server()
    assert client.at(version).get("/servers?status=NONSENSE") == {"servers": []}
    assert client.at("2.38").refused("GET", "/servers?status=NONSENSE", 400) == "Invalid status value"


def test_44_all_tenants(client, admin, make_server):
    make_server(project_id=OTHER)
    for value in ("=1", "=true", "=True", "=", ""):
        assert "get_all_tenants" in client.refused("GET", f"/servers?all_tenants{value}", 403)
        assert len(admin.get(f"/servers?all_tenants{value}&tenant_id={OTHER}")["servers"]) == 1
    assert admin.get(f"/servers?tenant_id={OTHER}") == {"servers": []}


def test_45_tags(client, make_server):
    make_server(1, tags=("a", "b"))
    make_server(2, tags=("a",))
    for query, found in (("tags=a,b", ["vm1"]), ("tags-any=a,b", ["vm2", "vm1"]), ("not-tags=a,b", ["vm2"]),
                         ("not-tags-any=b", ["vm2"])):
        assert [s["name"] for s in client.at("2.26").get(f"/servers?{query}")["servers"]] == found


def test_46_nothing_is_200_and_gone_is_404(client, make_server):
    assert client.get("/servers") == client.get("/servers/detail") == {"servers": []}
    make_server(deleted=True, vm_state="deleted")
    client.refused("GET", f"/servers/{UUID}", 404)


# -- E. delete and actions -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("values", [{}, {"vm_state": "building", "task_state": "scheduling", "host": None},
                                    {"vm_state": "error", "host": None}, {"vm_state": "building",
                                                                          "task_state": "spawning"}], ids=str)
def test_47_delete_in_every_state_and_twice(client, make_server, sent, values):
    make_server(**values)
    answer = client("DELETE", f"/servers/{UUID}")
    assert (answer.status_int, answer.body) == (204, b"")
    assert len(sent) == 1
    client.delete(f"/servers/{UUID}")
    assert len(sent) == 1, "the second delete orders nothing new"
    client.refused("DELETE", "/servers/" + NOBODY, 404)


def test_47_delete_where_deleted_servers_are_kept(client, make_server, config):
    """Clients wait for a 404, DELETED or SOFT_DELETED."""
    config(None, reclaim_instance_interval=3600)
    make_server()
    client.delete(f"/servers/{UUID}")
    wait_for_server(client, UUID, "SOFT_DELETED")
    client.delete(f"/servers/{UUID}")
    assert client.get("/servers")["servers"] == []
    client.refused("GET", f"/servers/{NOBODY}", 404)


@pytest.mark.parametrize("body", [{"os-stop": None}, {"reboot": {"type": "SOFT"}}, {"lock": None}, {"unlock": None}],
                         ids=str)
def test_48_actions_answer_202_and_nothing(client, make_server, body):
    make_server()
    answer = client("POST", ACTION, body)
    assert (answer.status_int, answer.body) == (202, b"") and "Content-Type" not in answer.headers


@pytest.mark.parametrize(("key", "code"), [("confirmResize", 204), ("revertResize", 202)])
def test_48_a_confirmation_is_204_and_a_revert_202(client, make_server, key, code):
    make_server()
    show = lambda: client.get(f"/servers/{UUID}")["server"]  # noqa: E731
    client.post(ACTION, {"resize": {"flavorRef": "2"}})
    wait(lambda: (show()["status"], show()["OS-EXT-STS:task_state"]) == ("VERIFY_RESIZE", None), 30, show)
    answer = client("POST", ACTION, {key: None})
    assert (answer.status_int, answer.body) == (code, b"")
    wait(lambda: show()["status"] == "ACTIVE", 30, show)
    assert show()["flavor"]["id"] == ("2" if key == "confirmResize" else "1")


@pytest.mark.parametrize("kind", ["HARD", "Hard", "hard", "SOFT", "Soft", "soft"])
def test_49_reboot_in_three_spellings(client, make_server, sent, kind):
    make_server()
    client.post(ACTION, {"reboot": {"type": kind}})
    assert sent[0][2]["reboot_type"] == kind.upper()
    for wrong in ({"type": "sOFT"}, {"type": None}, {}, None, {"type": "SOFT", "x": 1}):
        client.refused("POST", ACTION, 400, {"reboot": wrong})


@pytest.mark.parametrize("value", [None, {}, "", "x", 1, [], {"a": {"b": 1}}])
def test_49_old_actions_take_any_value(client, make_server, value):
    make_server()
    for key in ("lock", "unlock", "os-stop"):
        client.post(ACTION, {key: value})


def test_59_actions(client, make_server):
    make_server()
    answer = client("POST", ACTION, {"os-stop": None})
    client.post(ACTION, {"lock": None})
    path = f"/servers/{UUID}/os-instance-actions"
    assert [a["action"] for a in client.get(path)["instanceActions"]] == ["lock", "stop", "create"]
    request_id = answer.headers["x-compute-request-id"]
    shown = client.get(f"{path}/{request_id}")["instanceAction"]
    assert (shown["action"], shown["request_id"], shown["message"]) == ("stop", request_id, None)


@pytest.mark.parametrize(("method", "path", "body", "task_state"), [
    ("POST", "/action", {"os-stop": None}, "powering-off"), ("DELETE", "", None, "deleting"),
    ("POST", "/action", {"resize": {"flavorRef": "2"}}, "resize_prep"),
    ("POST", "/action", {"reboot": {"type": "HARD"}}, "rebooting_hard"),
    ("POST", "/action", {"rebuild": {"imageRef": IMAGE}}, "rebuilding"),
    ("POST", "/action", {"rescue": None}, "rescuing"), ("POST", "/action", {"forceDelete": None}, "deleting")])
def test_60_the_next_get_shows_what_goes_on(client, make_server, sent, method, path, body, task_state):
    make_server()
    assert client(method, f"/servers/{UUID}{path}", body).status_int in (200, 202, 204)
    assert client.get(f"/servers/{UUID}")["server"]["OS-EXT-STS:task_state"] == task_state
