"""What a re-implementation gets wrong and real clients notice, of interfaces, consoles and events: each test is named
after its number in the list of the project's reference.
"""
import time
import urllib.parse

import pytest

from nova_lite.db import actions, session
from tests.functional.api.server_fixtures import NETWORK

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
INTERFACES, ACTION = f"/servers/{UUID}/os-interface", f"/servers/{UUID}/action"
PORTS = "/network/v2.0/ports"


def at_rest() -> None:
    until = time.monotonic() + 60
    while True:
        with session.reader() as connection:
            if not actions.open_of_instance(connection, UUID):
                return
        assert time.monotonic() < until
        time.sleep(0.01)


def test_52_attach_waits_and_detach_does_not(client, make_server, embedded_client):
    """The port lives on if the user made it, and dies if the cloud did."""
    make_server()
    mine = embedded_client.post(PORTS, {"port": {"network_id": NETWORK}}, code=201)["port"]
    for asked, code in (({"port_id": mine["id"]}, 200), ({"net_id": NETWORK}, 404)):
        attached = client.post(INTERFACES, {"interfaceAttachment": asked}, code=200)["interfaceAttachment"]
        assert attached["port_state"] == "ACTIVE" and attached["fixed_ips"][0].keys() == {"subnet_id", "ip_address"}
        at_rest()                                                       # the request waited for it
        gone = client("DELETE", f"{INTERFACES}/{attached['port_id']}")
        assert (gone.status_int, gone.body) == (202, b"")
        at_rest()
        assert embedded_client("GET", f"{PORTS}/{attached['port_id']}").status_int == code


def test_53_a_console_before_and_after_2_6(client, make_server):
    make_server()
    before = client.post(ACTION, {"os-getVNCConsole": {"type": "novnc"}}, code=200)
    assert before.keys() == {"console"} and before["console"].keys() == {"type", "url"}
    after = client.at("2.6").post(f"/servers/{UUID}/remote-consoles", {
        "remote_console": {"protocol": "vnc", "type": "novnc"}}, code=200)
    assert after.keys() == {"remote_console"} and after["remote_console"].keys() == {"protocol", "type", "url"}
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(after["remote_console"]["url"]).query)
    assert query["path"][0].startswith("?token="), "noVNC's page asks its own host for this path"


def test_53_console_output_all_of_it(client, make_server):
    server = make_server()
    everything = client.post(ACTION, {"os-getConsoleOutput": {}}, code=200)
    assert client.post(ACTION, {"os-getConsoleOutput": {"length": -1}}, code=200) == everything
    make_server.become(UUID, host=None)
    client.refused("POST", ACTION, 409, {"os-getConsoleOutput": {}})
    make_server.become(UUID, host=server.host)


@pytest.mark.parametrize("uuid, host, code", [(UUID, "host1", 200), (UUID, None, 422), (NETWORK, None, 404)])
def test_58_events_have_a_code_each(admin, make_server, uuid, host, code):
    """200 when all are taken, else 207."""
    server = make_server()
    make_server.become(UUID, host=host or None)
    try:
        answer = admin("POST", "/os-server-external-events", {"events": [
            {"server_uuid": uuid, "name": "network-vif-plugged", "status": "completed", "tag": NETWORK}]})
    finally:
        make_server.become(UUID, host=server.host)
    assert answer.status_int == (200 if code == 200 else 207)
    [event] = answer.json["events"]
    assert event["code"] == code and event["status"] == ("completed" if code == 200 else "failed")
