"""A server's tags, from 2.26 on."""
import pytest

from tests.functional.api.server_fixtures import HOST

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
TAGS = f"/servers/{UUID}/tags"


@pytest.fixture
def tagged(client, make_server):
    """A client at 2.26, and a server with the tags a and b."""
    make_server(tags=("a", "b"))
    return client.at("2.26")


def test_no_such_route_before(client, make_server):
    make_server()
    for method, path, body in (("GET", TAGS, None), ("PUT", TAGS, {"tags": []}), ("DELETE", TAGS, None),
                               ("GET", f"{TAGS}/a", None), ("PUT", f"{TAGS}/a", None), ("DELETE", f"{TAGS}/a", None)):
        assert client.at("2.25")(method, path, body).status_int == 404


@pytest.mark.parametrize("version", ["2.26", "2.100"])
def test_all_of_them(tagged, version):
    tagged = tagged.at(version)
    assert tagged.get(TAGS) == {"tags": ["a", "b"]}
    assert tagged.put(TAGS, {"tags": ["c", "b", "c"]}) == {"tags": ["c", "b"]}
    assert tagged.get(f"/servers/{UUID}")["server"]["tags"] == ["c", "b"]
    tagged.delete(TAGS)
    assert tagged.get(TAGS) == {"tags": []}


def test_one(tagged):
    assert tagged("GET", f"{TAGS}/a").status_int == 204
    assert tagged.refused("GET", f"{TAGS}/z", 404) == f"Server {UUID} has no tag 'z'"
    made = tagged("PUT", f"{TAGS}/new")
    assert (made.status_int, made.body, made.headers["Location"]) == (
        201, b"", f"{HOST}/v2.1/servers/{UUID}/tags/new")
    again = tagged("PUT", f"{TAGS}/new")
    assert again.status_int == 204 and "Location" not in again.headers
    tagged.delete(f"{TAGS}/new")
    assert tagged.refused("DELETE", f"{TAGS}/new", 404) == f"Server {UUID} has no tag 'new'"
    assert tagged.get(TAGS) == {"tags": ["a", "b"]}


def test_dots_and_blanks_are_part_of_a_tag(tagged):
    for tag in ("v1.json", "two%20words", "%C3%BC"):
        assert tagged("PUT", f"{TAGS}/{tag}").status_int == 201
    assert tagged.get(TAGS) == {"tags": ["a", "b", "v1.json", "two words", "ü"]}


@pytest.mark.parametrize("tags", [["a,b"], ["a/b"], [""], ["x" * 61], [1], [str(n) for n in range(51)], "a", None])
def test_bad_tags(tagged, tags):
    tagged.refused("PUT", TAGS, 400, {"tags": tags})


def test_bad_tag_in_the_url(tagged):
    assert tagged.refused("PUT", f"{TAGS}/a,b", 400).startswith("Tag 'a,b' is invalid")
    tagged.refused("PUT", f"{TAGS}/{'x' * 61}", 400)
    for body in ({}, {"tag": "c"}, []):
        tagged.refused("PUT", f"{TAGS}/c", 400, body)
        tagged.refused("PUT", f"{TAGS.replace(UUID, UUID[::-1])}/c", 400, body)     # what is asked is looked at first
    assert tagged("PUT", f"{TAGS}/{'x' * 60}").status_int == 201


def test_fifty_are_enough(tagged):
    tagged.put(TAGS, {"tags": [str(n) for n in range(50)]})
    assert tagged.refused("PUT", f"{TAGS}/x", 400) == "The number of tags exceeded the per-server limit 50"
    tagged.refused("PUT", f"{TAGS}/7", 400)         # as in Nova, though it is there


@pytest.mark.parametrize(("method", "path", "body", "words"), [
    ("PUT", TAGS, {"tags": []}, "update tags"), ("DELETE", TAGS, None, "delete tags"),
    ("PUT", f"{TAGS}/a", None, "update tag"), ("PUT", f"{TAGS}/x", None, "update tag"),
    ("PUT", f"{TAGS}/a,b", None, "update tag"),
    ("DELETE", f"{TAGS}/a", None, "delete tag")])
def test_not_while_it_is_built(client, make_server, method, path, body, words):
    make_server(vm_state="building", tags=("a",))
    assert client.at("2.26").refused(method, path, 409, body) == (
        f"Cannot '{words}' instance {UUID} while it is in vm_state building")
    assert client.at("2.26").get(TAGS) == {"tags": ["a"]}
