"""``aggregate``: what is sent and printed."""
import json

PATH = "/os-aggregates"
RACK = {"id": 3, "name": "rack", "availability_zone": "west", "hosts": ["node1"], "metadata": {"ssd": "true"}}


def actions(cloud):
    return [request.body for request in cloud.asked("POST", f"/compute/v2.1{PATH}/3/action")]


def test_list_and_show(cloud, run):
    cloud.compute("GET", PATH, {"aggregates": [RACK]})
    code, out, err = run("aggregate", "list", "-f", "json")
    assert (code, err) == (0, "")
    assert json.loads(out) == [{"ID": 3, "Name": "rack", "Availability Zone": "west", "Hosts": ["node1"],
                                "Properties": {"ssd": "true"}}]
    assert "ssd=true" in run("aggregate", "show", "3")[1]
    assert "There is no aggregate 'x'" in run("aggregate", "show", "x")[2]


def test_changes(cloud, run):
    cloud.compute("GET", PATH, {"aggregates": [RACK]})
    cloud.compute("POST", PATH, {"aggregate": RACK})
    cloud.compute("PUT", f"{PATH}/3", {"aggregate": RACK})
    cloud.compute("POST", f"{PATH}/3/action", {"aggregate": RACK})
    cloud.compute("DELETE", f"{PATH}/3", None)
    for words in (("create", "rack", "--zone", "west"), ("create", "rack", "--property", "a=b"),
                  ("set", "rack", "--zone", "east", "--property", "c=d"), ("unset", "rack", "--property", "c"),
                  ("add", "host", "rack", "node2"), ("remove", "host", "rack", "node1"), ("delete", "rack")):
        assert run("aggregate", *words)[::2] == (0, ""), words
    assert [request.body for request in cloud.asked("POST", f"/compute/v2.1{PATH}")] == [
        {"aggregate": {"name": "rack", "availability_zone": "west"}}, {"aggregate": {"name": "rack"}}]
    assert cloud.asked("PUT", f"/compute/v2.1{PATH}/3")[0].body == {"aggregate": {"availability_zone": "east"}}
    assert actions(cloud) == [
        {"set_metadata": {"metadata": {"a": "b"}}}, {"set_metadata": {"metadata": {"c": "d"}}},
        {"set_metadata": {"metadata": {"c": None}}}, {"add_host": {"host": "node2"}},
        {"remove_host": {"host": "node1"}}]
    assert run("aggregate", "set", "rack")[0] == 1
