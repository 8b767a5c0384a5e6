"""Images until 2.35 and their metadata until 2.38: the image service's, in Nova's old words."""
import pytest

from tests.functional.api.server_fixtures import HOST, IMAGE, OTHER

NOBODY = "9a7b1c7e-0f0e-4a39-8a3c-4d0f5a2f7d10"
SERVER = "0e44cc9c-e052-415d-afbf-000000000001"


@pytest.fixture
def image(embedded_client):
    """A queued image of the members' project."""
    def make(name="mine", **values):
        return embedded_client.post("/image/v2/images", {"name": name, **values}, code=201)["id"]
    return make


@pytest.mark.parametrize("version", ["2.1", "2.35"])
def test_list_and_show(client, version):
    client = client.at(version)
    [brief] = client.get("/images")["images"]
    [link, bookmark, alternate] = brief["links"]
    assert (link["href"], bookmark["href"]) == (f"{HOST}/v2.1/images/{IMAGE}", f"{HOST}/images/{IMAGE}")
    assert alternate["rel"] == "alternate" and alternate["href"].endswith(f"/images/{IMAGE}")
    shown = client.get(f"/images/{IMAGE}")["image"]
    assert {"status": "ACTIVE", "progress": 100, "minRam": 0, **brief}.items() <= shown.items()
    assert shown["OS-EXT-IMG-SIZE:size"] > 0 and "server" not in shown
    assert client.get("/images/detail") == {"images": [shown]}


def test_a_snapshot_tells_its_server_and_disk_config(client, image):
    made = image(instance_uuid=SERVER, auto_disk_config="False", min_ram=64)
    shown = client.get(f"/images/{made}")["image"]
    assert shown["server"]["id"] == SERVER and shown["server"]["links"][0]["href"].endswith(f"/servers/{SERVER}")
    assert (shown["OS-DCF:diskConfig"], shown["status"], shown["progress"]) == ("MANUAL", "SAVING", 25)
    assert shown["minRam"] == 64 and shown["OS-EXT-IMG-SIZE:size"] is None
    for query in (f"server={SERVER}", f"server={HOST}/servers/{SERVER}", f"property-instance_uuid={SERVER}"):
        assert [item["id"] for item in client.get(f"/images?{query}")["images"]] == [made]


def test_filters_and_pages(client, image):
    older, newer = image("a", image_type="snapshot"), image("b")
    def listed(query):
        return [item["id"] for item in client.get(f"/images?{query}")["images"]]
    assert listed("name=a") == [older] and listed("status=ACTIVE") == [IMAGE] and listed("type=snapshot") == [older]
    assert listed("changes-since=2099-01-01T00:00:00") == [] and len(listed("changes-since=2000-01-01T00:00:00")) == 3
    page = client.get("/images?limit=2")
    assert [item["id"] for item in page["images"]] == [newer, older]
    assert f"marker={older}" in page["images_links"][0]["href"] and listed(f"limit=2&marker={older}") == [IMAGE]
    assert listed("limit=0") == [] and listed("nonsense=1") == [newer, older, IMAGE]
    for query in ("limit=x", f"marker={NOBODY}", "changes-since=yesterday", "minRam=x"):
        client.refused("GET", f"/images?{query}", 400)


def test_delete(client, image):
    made = image()
    client.as_user("bob", OTHER).refused("DELETE", f"/images/{made}", 404)
    client.delete(f"/images/{made}")
    client.refused("GET", f"/images/{made}", 404)
    client.refused("DELETE", f"/images/{made}", 404)
    client.refused("DELETE", f"/images/{IMAGE}", 403)
    protected = image(protected=True)
    assert client.refused("DELETE", f"/images/{protected}", 403) == "You are not allowed to delete the image."


@pytest.mark.parametrize("identifier", ["x", NOBODY, "%F0%9F%92%A9"])
def test_no_such_image(client, identifier):
    for method, path, body in (("GET", "", None), ("DELETE", "", None), ("GET", "/metadata", None),
                               ("POST", "/metadata", {"metadata": {"a": "b"}}),
                               ("PUT", "/metadata/a", {"meta": {"a": "b"}}), ("DELETE", "/metadata/a", None)):
        assert client.refused(method, f"/images/{identifier}{path}", 404, body) == "Image not found."


@pytest.mark.parametrize("version", ["2.1", "2.38"])
def test_metadata(client, image, version):
    client, path = client.at(version), f"/images/{image(a='1')}/metadata"
    assert client.get(path) == {"metadata": {"a": "1"}}
    assert client.post(path, {"metadata": {"b": "2"}}, code=200) == {"metadata": {"a": "1", "b": "2"}}
    assert client.put(f"{path}/b", {"meta": {"b": "3"}}) == {"meta": {"b": "3"}}
    assert client.get(f"{path}/b") == {"meta": {"b": "3"}}
    assert client.put(path, {"metadata": {"c": "4"}}) == client.get(path) == {"metadata": {"c": "4"}}
    client.delete(f"{path}/c")
    for method in ("GET", "DELETE"):
        client.refused(method, f"{path}/c", 404)
    assert client.get(path) == {"metadata": {}}


def test_metadata_that_is_refused(client, image, config):
    path = f"/images/{image()}/metadata"
    client.refused("PUT", f"{path}/a", 400, {"meta": {"b": "3"}})
    client.refused("POST", path, 400, {"metadata": {"a": 1}})
    assert "not the name of a property" in client.refused("POST", path, 400, {"metadata": {"visibility": "public"}})
    client.refused("POST", f"/images/{IMAGE}/metadata", 403, {"metadata": {"a": "b"}})
    config("quota", metadata_items=1)
    assert client.refused("POST", path, 403, {"metadata": {"a": "1", "b": "2"}}) == "Image metadata limit exceeded"


def test_gone(client):
    for path, last in (("/images", 35), ("/images/detail", 35), (f"/images/{IMAGE}", 35),
                       (f"/images/{IMAGE}/metadata", 38)):
        client.at(f"2.{last}").get(path)
        assert client.at(f"2.{last + 1}")("GET", path).status_int == 404
