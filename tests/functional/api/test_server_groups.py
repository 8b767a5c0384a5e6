"""Server groups by microversion, their quotas, and servers that ask for one."""
import uuid

import pytest

from nova_lite.db import instances
from tests.functional.api.server_fixtures import IMAGE, NETWORK, OTHER, PROJECT

PATH = "/os-server-groups"


def made(client, version="2.1", **values):
    if client.at(version).version and int(version[2:]) >= 64:
        values = {"policy": "affinity"} | values
    else:
        values = {"policies": ["affinity"]} | values
    return client.at(version).post(PATH, {"server_group": {"name": "g"} | values}, 200)["server_group"]


def server(hints):
    return {"server": {"name": "vm", "flavorRef": "1", "imageRef": IMAGE, "networks": [{"uuid": NETWORK}]},
            "os:scheduler_hints": hints}


def test_55_bodies_by_version(client):
    group = made(client)
    old = {"id": group["id"], "name": "g", "policies": ["affinity"], "metadata": {}, "members": []}
    owner = {"project_id": PROJECT, "user_id": "alice"}
    new = {"id": group["id"], "name": "g", "policy": "affinity", "rules": {}, "members": [], **owner}
    assert group == old
    for version, body in (("2.1", old), ("2.12", old), ("2.13", old | owner), ("2.63", old | owner), ("2.64", new),
                          ("2.100", new)):
        assert client.at(version).get(f"{PATH}/{group['id']}") == {"server_group": body}
        assert client.at(version).get(PATH) == {"server_groups": [body]}
    group = made(client, "2.64", policy="anti-affinity", rules={"max_server_per_host": "3"})
    assert (group["policy"], group["rules"]) == ("anti-affinity", {"max_server_per_host": 3})


@pytest.mark.parametrize(("version", "values", "taken"), [
    ("2.1", {"policies": ["anti-affinity"]}, True), ("2.1", {"policies": ["soft-affinity"]}, False),
    ("2.14", {"policies": ["soft-affinity"]}, False), ("2.15", {"policies": ["soft-affinity"]}, True),
    ("2.15", {"policies": ["soft-anti-affinity"]}, True), ("2.15", {"policies": []}, False),
    ("2.15", {"policies": ["affinity", "anti-affinity"]}, False), ("2.15", {}, False), ("2.15", {"name": " x"}, False),
    ("2.63", {"policy": "affinity"}, False), ("2.64", {"policies": ["affinity"]}, False),
    ("2.64", {"policy": "soft-affinity"}, True), ("2.64", {"policy": "none"}, False),
    ("2.64", {"policy": "affinity", "rules": {"max_server_per_host": 2}}, False),
    ("2.64", {"policy": "affinity", "rules": {}}, True),
    ("2.64", {"policy": "anti-affinity", "rules": {"max_server_per_host": 0}}, False),
    ("2.64", {"policy": "anti-affinity", "rules": {"other": 1}}, False)])
def test_55_bodies_of_a_create(client, version, values, taken):
    answer = client.at(version)("POST", PATH, {"server_group": {"name": "g"} | values})
    assert answer.status_int == (200 if taken else 400), answer.text


def test_pages_and_projects(client, admin):
    mine = [made(client)["id"] for _ in range(3)]
    theirs = made(client.as_user("bob", OTHER))["id"]

    def ids(who, query=""):
        return [group["id"] for group in who.get(PATH + query)["server_groups"]]
    assert ids(client) == ids(client, "?limit=0") == ids(client, "?all_projects=1") == mine
    assert ids(client, "?limit=1&offset=1") == [mine[1]]
    assert ids(admin, "?all_projects=True") == [*mine, theirs]
    client.refused("GET", f"{PATH}?limit=-1", 400)
    client.get(f"{PATH}?nonsense=1")
    client.at("2.75").refused("GET", f"{PATH}?nonsense=1", 400)
    for method in ("GET", "DELETE"):
        assert client.refused(method, f"{PATH}/{theirs}", 404) == f"Instance group {theirs} could not be found."
        client.refused(method, f"{PATH}/x", 404)
    admin.get(f"{PATH}/{theirs}")
    client.delete(f"{PATH}/{mine[0]}")
    assert ids(client) == mine[1:]


def test_quota_of_groups(client, config):
    config("quota", server_groups=1)
    group = made(client)
    assert client.refused("POST", PATH, 403, {"server_group": {"name": "g", "policies": ["affinity"]}}) == (
        "Quota exceeded, too many server groups.")
    assert client.get("/limits")["limits"]["absolute"]["totalServerGroupsUsed"] == 1
    assert client.get(f"/os-quota-sets/{PROJECT}/detail")["quota_set"]["server_groups"]["in_use"] == 1
    client.delete(f"{PATH}/{group['id']}")
    made(client)


def test_a_server_joins_and_leaves(client, database, config):
    config("quota", server_group_members=2)
    group = made(client)["id"]
    first = client.post("/servers", server({"group": group}))["server"]["id"]
    second = client.post("/servers", server({"group": group}))["server"]["id"]
    assert client.get(f"{PATH}/{group}")["server_group"]["members"] == [first, second]
    assert client.refused("POST", "/servers", 403, server({"group": group})) == (
        "Quota exceeded, too many servers in group")
    shown = client.at("2.71")
    assert "server_groups" not in client.at("2.70").get(f"/servers/{first}")["server"]
    assert shown.get(f"/servers/{first}")["server"]["server_groups"] == [group]
    assert shown.put(f"/servers/{first}", {"server": {"name": "n"}})["server"]["server_groups"] == [group]
    with database.writer() as connection:
        connection.execute(instances.table.update().where(instances.table.c.uuid == first).values(deleted=True))
    assert client.get(f"{PATH}/{group}")["server_group"]["members"] == [second]
    client.post("/servers", server({"group": group}))
    client.delete(f"{PATH}/{group}")
    assert shown.get(f"/servers/{second}")["server"]["server_groups"] == []


def test_a_group_that_is_not_ones_own(client, sent):
    theirs = made(client.as_user("bob", OTHER))["id"]
    for group in (theirs, str(uuid.uuid4())):
        assert client.refused("POST", "/servers", 400, server({"group": group})) == (
            f"Instance group {group} could not be found.")
    client.refused("POST", "/servers", 400, server({"group": "x"}))
    assert sent == [] and client.get("/servers") == {"servers": []}


def test_a_group_in_a_list_is_the_same(client, database):
    group, other = made(client)["id"], made(client)["id"]
    created = client.at("2.100").post("/servers", server({"group": [group]}))["server"]["id"]
    assert client.at("2.64").get(f"{PATH}/{group}")["server_group"]["members"] == [created]
    assert client.at("2.100").get(f"/servers/{created}")["server"]["scheduler_hints"] == {"group": [group]}
    client.refused("POST", "/servers", 400, server({"group": [group, other]}))
    client.refused("POST", "/servers", 400, server({"group": ["x"]}))
    client.post("/servers", server({"group": []}))
