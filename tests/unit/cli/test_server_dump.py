"""``server dump create``, ``server set --password``: what is sent."""
from tests.unit.cli.conftest import SERVER_ID, server

URL = f"/servers/{SERVER_ID}"


def test_a_dump_is_asked_for(cloud, run):
    cloud.compute("GET", URL, {"server": server()})
    cloud.compute("POST", f"{URL}/action", None)
    assert run("server", "dump", "create", SERVER_ID)[0] == 0
    [request] = cloud.asked("POST", f"/compute/v2.1{URL}/action")
    assert request.body == {"trigger_crash_dump": None}


def test_a_password_is_set(cloud, run):
    cloud.compute("GET", URL, {"server": server()})
    cloud.compute("POST", f"{URL}/action", None)
    assert run("server", "set", SERVER_ID, "--password", "new")[0] == 0
    [request] = cloud.asked("POST", f"/compute/v2.1{URL}/action")
    assert request.body == {"changePassword": {"adminPass": "new"}}
