"""Remote consoles, by version; and what their tokens are for."""
import urllib.parse

import pytest
import sqlalchemy as sa

from nova_lite.db import session, tables

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
PATH, ACTION, TOKENS = f"/servers/{UUID}/remote-consoles", f"/servers/{UUID}/action", "/os-console-auth-tokens"
ENDPOINT = {"instance_uuid": UUID, "host": "fakeserialconsole.com", "port": 6969, "internal_access_path": "FAKE"}


@pytest.fixture
def database(common_cloud):
    return session


def asked(protocol="vnc", kind="novnc") -> dict:
    return {"remote_console": {"protocol": protocol, "type": kind}}


def token_of(client, protocol="vnc", kind="novnc") -> str:
    url = client.post(PATH, asked(protocol, kind), code=200)["remote_console"]["url"]
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
    return query["token"][0] if "token" in query else query["path"][0].removeprefix("?token=")


@pytest.mark.parametrize("version", ["2.6", "2.8", "2.98", "2.99", "2.100"])
def test_the_resource(client, make_server, later, version):
    make_server()
    found = client.at(version).post(PATH, asked(), code=200)["remote_console"]
    assert (found["protocol"], found["type"]) == ("vnc", "novnc")
    assert found["url"].startswith("http://127.0.0.1:6080/vnc_lite.html?path=%3Ftoken%3D")
    found = client.at(version).post(PATH, asked("serial", "serial"), code=200)["remote_console"]
    assert found["url"].startswith("ws://127.0.0.1:6083/?token=")


def test_the_resource_is_of_2_6(client, make_server):
    make_server()
    assert client.at("2.5")("POST", PATH, asked()).status_int == 404


@pytest.mark.parametrize("version, protocol, kind, message", [
    ("2.6", "mks", "webmks", "Invalid input"), ("2.8", "mks", "webmks", "Unavailable console type webmks."),
    ("2.98", "spice", "spice-direct", "Invalid input"),
    ("2.99", "spice", "spice-direct", "Unavailable console type spice-direct."),
    ("2.6", "spice", "spice-html5", "Unavailable console type spice-html5."),
    ("2.6", "rdp", "rdp-html5", "RDP"), ("2.6", "vnc", "serial", "Invalid console type serial"),
    ("2.6", "vnc", "xvpvnc", "Invalid input"),
])
def test_what_there_is_not(client, make_server, later, version, protocol, kind, message):
    make_server()
    assert message in client.at(version).refused("POST", PATH, 400, asked(protocol, kind))


def test_switched_off(client, make_server, config):
    make_server()
    config("vnc", enabled=False)
    config("serial_console", enabled=False)
    for protocol, kind in (("vnc", "novnc"), ("serial", "serial")):
        assert f"Unavailable console type {kind}." == client.at("2.6").refused("POST", PATH, 400, asked(protocol, kind))


@pytest.mark.parametrize("version", ["2.1", "2.5"])
def test_the_actions_before(client, make_server, version):
    make_server()
    client = client.at(version)
    found = client.post(ACTION, {"os-getVNCConsole": {"type": "novnc"}}, code=200)["console"]
    assert found["type"] == "novnc" and found["url"].startswith("http://127.0.0.1:6080/vnc_lite.html?path=")
    assert client.post(ACTION, {"os-getSerialConsole": {"type": "serial"}}, code=200)["console"]["type"] == "serial"
    for action, kind, message in (("os-getSPICEConsole", "spice-html5", "Unavailable console type spice-html5."),
                                  ("os-getVNCConsole", "xvpvnc", "Invalid console type xvpvnc")):
        assert client.refused("POST", ACTION, 400, {action: {"type": kind}}) == message
    assert client("POST", ACTION, {"os-getRDPConsole": {"type": "rdp-html5"}}).status_int == 410
    assert client("POST", ACTION, {"os-getVNCConsole": {"type": "x"}}).status_int == 400
    assert client.at("2.6")("POST", ACTION, {"os-getVNCConsole": {"type": "novnc"}}).status_int in (400, 404)


def test_by_state(client, make_server):
    server = make_server(vm_state="stopped")
    assert client.at("2.6").refused("POST", PATH, 409, asked()) == f"Instance {UUID} is not ready", "it is off"
    make_server.become(UUID, vm_state="active", task_state="deleting")
    assert client.at("2.6").refused("POST", PATH, 409, asked()) == (
        f"Cannot 'get_vnc_console' instance {UUID} while it is in task_state deleting")
    make_server.become(UUID, task_state=None, host=None)
    client.at("2.6").refused("POST", PATH, 409, asked())
    make_server.become(UUID, host=server.host)


def test_tokens(client, admin, make_server, later, config):
    make_server()
    token = token_of(client.at("2.6"), "serial", "serial")
    assert "RDP" in admin.at("2.30").refused("GET", f"{TOKENS}/{token}", 400)
    for version in ("2.31", "2.98"):
        assert admin.at(version).get(f"{TOKENS}/{token}") == {"console": ENDPOINT}
    assert admin.at("2.99").get(f"{TOKENS}/{token}") == {"console": {**ENDPOINT, "tls_port": None}}
    client.at("2.31").refused("GET", f"{TOKENS}/{token}", 403)
    assert admin.at("2.31").refused("GET", f"{TOKENS}/none", 404) == "Token not found"
    config("consoleauth", token_ttl=0)
    admin.at("2.31").refused("GET", f"{TOKENS}/{token_of(client.at('2.6'))}", 404)


def test_only_the_hash_is_kept(client, make_server, database):
    make_server()
    token = token_of(client.at("2.6"))
    with database.reader() as connection:
        [row] = connection.execute(sa.select(tables.console_tokens)).all()
    assert token not in str(row) and len(row.token_hash) == 64
