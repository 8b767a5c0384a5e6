"""Interfaces of a server: what there is, one more, one less."""
import threading
import time

import pytest

from nova_lite import failpoints
from nova_lite.db import actions, instances, session
from tests.functional.api.server_fixtures import NETWORK, OTHER

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
PATH = f"/servers/{UUID}/os-interface"
PORTS = "/network/v2.0/ports"


@pytest.fixture
def server(make_server):
    return make_server()


def asked(**fields) -> dict:
    return {"interfaceAttachment": fields}


def port(embedded_client, **fields) -> dict:
    return embedded_client.post(PORTS, {"port": {"network_id": NETWORK, **fields}}, code=201)["port"]


def row():
    with session.reader() as connection:
        return instances.get(connection, UUID)


def at_rest(client, count: int) -> list[dict]:
    """The interfaces, once there are so many and no order is open."""
    until = time.monotonic() + 60
    while True:
        found = client.get(PATH)["interfaceAttachments"]
        with session.reader() as connection:
            if len(found) == count and not actions.open_of_instance(connection, UUID):
                return found
        assert time.monotonic() < until, found
        time.sleep(0.01)


@pytest.mark.parametrize("version", ["2.1", "2.48", "2.49", "2.69", "2.70", "2.100"])
def test_what_there_is_by_version(client, server, later, version):
    [vif] = server.network_info
    expected = {"net_id": NETWORK, "port_id": vif.id, "mac_addr": vif.mac, "port_state": "ACTIVE", "fixed_ips": [
        {"subnet_id": vif.fixed_ips[0].subnet_id, "ip_address": "192.168.1.30"}]}
    if version in ("2.70", "2.100"):
        expected["tag"] = None
    client = client.at(version)
    assert client.get(PATH) == {"interfaceAttachments": [expected]}
    assert client.get(f"{PATH}/{vif.id}") == {"interfaceAttachment": expected}


def test_52_one_more_on_a_network_and_away(client, server, embedded_client):
    attached = client.post(PATH, asked(net_id=NETWORK), code=200)["interfaceAttachment"]
    assert attached["net_id"] == NETWORK and attached["port_state"] == "ACTIVE"
    assert [one["port_id"] for one in at_rest(client, 2)] == [server.network_info[0].id, attached["port_id"]]
    address = attached["fixed_ips"][0]["ip_address"]
    assert address in [entry["addr"] for entry in client.get(f"/servers/{UUID}")["server"]["addresses"]["private"]]
    [newest, *_] = client.get(f"/servers/{UUID}/os-instance-actions")["instanceActions"]
    assert newest["action"] == "attach_interface" and newest["message"] is None

    client.delete(f"{PATH}/{attached['port_id']}", code=202)
    assert [one["port_id"] for one in at_rest(client, 1)] == [server.network_info[0].id]
    assert embedded_client("GET", f"{PORTS}/{attached['port_id']}").status_int == 404, "the cloud's own port goes"
    assert [vif.id for vif in row().network_info] == [server.network_info[0].id]


def test_52_a_port_of_the_users_own_is_kept(client, server, embedded_client):
    mine = port(embedded_client)
    attached = client.post(PATH, asked(port_id=mine["id"]), code=200)["interfaceAttachment"]
    assert (attached["port_id"], attached["mac_addr"]) == (mine["id"], mine["mac_address"])
    assert f"Port {mine['id']} is still in use" in client.refused("POST", PATH, 409, asked(port_id=mine["id"]))
    client.delete(f"{PATH}/{mine['id']}", code=202)
    at_rest(client, 1)
    assert embedded_client.get(f"{PORTS}/{mine['id']}")["port"]["device_id"] == ""
    assert client.post(PATH, asked(port_id=mine["id"]), code=200), "and it can be attached again"


def test_a_fixed_address_a_tag_and_no_network_at_all(client, server, later):
    attached = client.at("2.70").post(PATH, asked(net_id=NETWORK, fixed_ips=[{"ip_address": "192.168.1.222"}],
                                                  tag="backend"), code=200)["interfaceAttachment"]
    assert attached["fixed_ips"][0]["ip_address"] == "192.168.1.222" and attached["tag"] == "backend"
    client.post(PATH, {}, code=200)
    client.post(PATH, asked(), code=200)
    assert [one["tag"] for one in client.at("2.70").get(PATH)["interfaceAttachments"]] == [None, "backend", None, None]


@pytest.mark.parametrize("body, code, message", [
    (asked(net_id=NETWORK, port_id=UUID), 400, "Must not input both network_id and port_id"),
    (asked(fixed_ips=[{"ip_address": "192.168.1.9"}]), 400, "Must input network_id when request IP address"),
    (asked(net_id=NETWORK, fixed_ips=[{"ip_address": "10.9.9.9"}]), 400, "not a valid ip address"),
    (asked(net_id=NETWORK, fixed_ips=[{"ip_address": "192.168.1.30"}]), 409, "already in use"),
    (asked(net_id=NETWORK, fixed_ips=[]), 400, "fixed_ips"),
    (asked(net_id=NETWORK, tag="x"), 400, "Additional properties"),
    (asked(net_id="x"), 400, "net_id"),
    (asked(net_id=UUID), 404, f"Network {UUID} could not be found."),
    (asked(port_id=UUID), 404, f"Port id {UUID} could not be found."),
])
def test_refused(client, server, body, code, message):
    assert message in client.refused("POST", PATH, code, body)
    at_rest(client, 1)


def test_in_the_wrong_state(client, admin, make_server):
    server = make_server(vm_state="suspended")
    [vif] = server.network_info
    for method, path, body in (("POST", PATH, asked(net_id=NETWORK)), ("DELETE", f"{PATH}/{vif.id}", None)):
        action = "attach_interface" if method == "POST" else "detach_interface"
        assert client.refused(method, path, 409, body) == (
            f"Cannot '{action}' instance {UUID} while it is in vm_state suspended")
    make_server.become(UUID, vm_state="active", task_state="rebooting")
    assert "task_state rebooting" in client.refused("POST", PATH, 409, asked(net_id=NETWORK))
    make_server.become(UUID, task_state=None, locked_by="admin")
    assert client.refused("DELETE", f"{PATH}/{vif.id}", 409) == f"Instance {UUID} is locked"
    make_server.become(UUID, locked_by=None, host=None)
    assert client.refused("POST", PATH, 409, asked(net_id=NETWORK)) == f"Instance {UUID} is not ready"
    make_server.become(UUID, host=server.host)


def test_not_the_servers(client, server, make_server):
    other = make_server(2)
    for path in (f"{PATH}/{UUID}", f"{PATH}/{other.network_info[0].id}", f"{PATH}/x"):
        client.refused("GET", path, 404)
        client.refused("DELETE", path, 404)
    client.as_user("bob", OTHER).refused("GET", PATH, 404)


def test_of_servers_that_are_off_or_paused(client, make_server):
    server = make_server(vm_state="stopped")
    client.post(PATH, asked(net_id=NETWORK), code=200)
    client.delete(f"{PATH}/{server.network_info[0].id}", code=202)
    at_rest(client, 1)


@pytest.mark.parametrize("where, code", [("attach_interface", 500), ("networked", 500)])
def test_what_fails_half_way_leaves_neither_port_nor_device(client, server, embedded_client, config, where, code):
    """What the network service says is told; of what goes wrong on the host there is the action's trace."""
    def fail():
        raise RuntimeError("half-way")
    if where == "networked":
        with failpoints.armed({"compute.attach_interface.networked": fail}):
            client.refused("POST", PATH, code, asked(net_id=NETWORK))
    else:
        config("fake", fail_operations=["attach_interface"])
        client.refused("POST", PATH, code, asked(net_id=NETWORK))
    [left] = at_rest(client, 1)
    assert left["port_id"] == server.network_info[0].id
    assert len(embedded_client.get(f"{PORTS}?device_id={UUID}")["ports"]) == 1
    [newest, *_] = client.get(f"/servers/{UUID}/os-instance-actions")["instanceActions"]
    assert newest["message"] == "Error"


def test_two_at_once_and_a_reboot_that_waits_behind_one(client, server, common_cloud):
    """A message that was sent before the interface was there does not take it from the guest."""
    met, go_on = threading.Event(), threading.Event()

    def wait():
        met.set()
        assert go_on.wait(60)
    with failpoints.armed({"compute.attach_interface.networked": wait}):
        threads = [threading.Thread(target=client.post, args=(PATH, asked(net_id=NETWORK)), kwargs={"code": 200})
                   for _ in range(2)]
        for thread in threads:
            thread.start()
        assert met.wait(60)
        client.post(f"/servers/{UUID}/action", {"reboot": {"type": "HARD"}})
        go_on.set()
        for thread in threads:
            thread.join()
    found = at_rest(client, 3)
    driver = common_cloud.services.parts(f"compute.{server.host}")["host"].driver
    assert sorted(driver.macs(UUID)) == sorted(one["mac_addr"] for one in found)


def test_a_delete_takes_over(client, server, embedded_client):
    met, go_on = threading.Event(), threading.Event()

    def wait():
        met.set()
        assert go_on.wait(60)
    answers = []
    with failpoints.armed({"compute.attach_interface.networked": wait}):
        thread = threading.Thread(target=lambda: answers.append(client("POST", PATH, asked(net_id=NETWORK))))
        thread.start()
        assert met.wait(60)
        client.delete(f"/servers/{UUID}")
        go_on.set()
        thread.join()
    assert answers[0].status_int in (404, 409)
    until = time.monotonic() + 60
    while embedded_client.get(f"{PORTS}?device_id={UUID}")["ports"]:
        assert time.monotonic() < until
        time.sleep(0.01)
