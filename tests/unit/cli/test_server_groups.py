"""``server group``: what is sent and printed, on an old cloud and a new one."""
import json

PATH = "/os-server-groups"
OLD = {"id": "g1", "name": "web", "policies": ["affinity"], "metadata": {}, "members": ["s1", "s2"]}
NEW = {"id": "g1", "name": "web", "policy": "anti-affinity", "rules": {"max_server_per_host": 2}, "members": []}


def test_list_show_delete(cloud, run):
    cloud.compute("GET", PATH, {"server_groups": [OLD]})
    cloud.compute("DELETE", f"{PATH}/g1", (204, None))
    code, out, err = run("server", "group", "list", "--all-projects", "-f", "json")
    assert (code, err) == (0, "")
    assert json.loads(out) == [{"ID": "g1", "Name": "web", "Policy": "affinity", "Rules": None,
                                "Members": ["s1", "s2"]}]
    assert cloud.asked("GET", f"/compute/v2.1{PATH}")[0].query == {"all_projects": ["True"]}
    assert "s1, s2" in run("server", "group", "show", "g1")[1]
    assert run("server", "group", "delete", "web")[0] == 0
    code, _, err = run("server", "group", "delete", "nope")
    assert code == 1 and "There is no server group 'nope'" in err


def test_create(cloud, run):
    cloud.compute("POST", PATH, {"server_group": OLD}, {"server_group": NEW})
    assert run("server", "group", "create", "web")[0] == 0
    assert "2.64" in run("server", "group", "create", "web", "--max-per-host", "2")[2]
    cloud.announce("2.90")
    code, out, _ = run("server", "group", "create", "web", "--policy", "anti-affinity", "--max-per-host", "2")
    assert code == 0 and "max_server_per_host=2" in out
    assert [(request.headers["openstack-api-version"], request.body["server_group"])
            for request in cloud.asked("POST", f"/compute/v2.1{PATH}")] == [
        ("compute 2.38", {"name": "web", "policies": ["affinity"]}),
        ("compute 2.64", {"name": "web", "policy": "anti-affinity", "rules": {"max_server_per_host": 2}})]
