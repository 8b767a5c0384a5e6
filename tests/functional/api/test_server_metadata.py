"""A server's metadata."""
import pytest

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
ALL = f"/servers/{UUID}/metadata"


def test_items(client, make_server):
    make_server(metadata={"a": "1"})
    assert client.get(ALL) == {"metadata": {"a": "1"}}
    assert client.post(ALL, {"metadata": {"b": "2"}}, code=200) == {"metadata": {"a": "1", "b": "2"}}
    assert client.put(f"{ALL}/a", {"meta": {"a": "3"}}) == {"meta": {"a": "3"}}
    assert client.get(f"{ALL}/a") == {"meta": {"a": "3"}}
    client.delete(f"{ALL}/a")
    assert client.get(ALL) == {"metadata": {"b": "2"}}
    assert client.put(ALL, {"metadata": {"c": ""}}) == {"metadata": {"c": ""}}
    assert client.put(ALL, {"metadata": {}}) == {"metadata": {}} == client.get(ALL)


def test_errors(client, make_server, config):
    make_server(1, metadata={"a": "1"})
    make_server(2, vm_state="building", task_state="spawning", metadata={"a": "1"})
    for method, body in (("GET", None), ("DELETE", None)):
        assert client.refused(method, f"{ALL}/none", 404, body) == "Metadata item was not found"
    assert client.refused("PUT", f"{ALL}/a", 400, {"meta": {"b": "1"}}) == "Request body and URI mismatch"
    for wrong in ({"meta": {}}, {"meta": {"a": "1", "b": "2"}}, {"metadata": {"a": "1"}}, {"meta": {"a": 1}}, {}):
        client.refused("PUT", f"{ALL}/a", 400, wrong)
    for wrong in ({"metadata": {"": "x"}}, {"metadata": {"a": None}}, {"metadata": {"a": "x" * 256}}, {"meta": {}}, {},
                  {"metadata": {"a": "1"}, "b": 1}):
        client.refused("POST", ALL, 400, wrong)
        client.refused("PUT", ALL, 400, wrong)
    config("quota", metadata_items=2)
    assert client.refused("POST", ALL, 403, {"metadata": {"b": "", "c": ""}}) == (
        "Maximum number of metadata items exceeds 2")
    assert client.get(ALL) == {"metadata": {"a": "1"}}
    building = ALL.replace("001/", "002/")
    assert "while it is in vm_state building" in client.refused("POST", building, 409, {"metadata": {}})
    assert "while it is in vm_state building" in client.refused("DELETE", f"{building}/a", 409)


@pytest.mark.parametrize(("method", "path", "body"), [
    ("GET", "", None), ("POST", "", {"metadata": {}}), ("PUT", "", {"metadata": {}}), ("GET", "/a", None),
    ("PUT", "/a", {"meta": {"a": "1"}}), ("DELETE", "/a", None)])
def test_unknown_server(client, method, path, body):
    assert client.refused(method, ALL + path, 404, body) == f"Instance {UUID} could not be found."
