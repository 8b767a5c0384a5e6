"""Volumes of servers: there are none, and each route says so in its own way."""
import pytest

UUID = "0e44cc9c-e052-415d-afbf-000000000001"
VOLUME = "9a7b1c7e-0f0e-4a39-8a3c-4d0f5a2f7d10"
PATH = f"/servers/{UUID}/os-volume_attachments"


@pytest.mark.parametrize("version", ["2.1", "2.70", "2.79", "2.89", "2.100"])
def test_51_no_server_has_one(client, admin, make_server, version):
    make_server()
    client = client.at(version)
    assert client.get(f"{PATH}?limit=1") == {"volumeAttachments": []}
    assert VOLUME in client.refused("POST", PATH, 404, _body())
    for method, body in (("GET", None), ("DELETE", None)):
        assert client.refused(method, f"{PATH}/{VOLUME}", 404, body) == (
            f"Instance {UUID} is not attached to volume {VOLUME}")
    admin.at(version).refused("PUT", f"{PATH}/{VOLUME}", 404, _body())


def _body(**values):
    return {"volumeAttachment": {"volumeId": VOLUME, **values}}


@pytest.mark.parametrize(("version", "values", "code"), [
    ("2.1", {"device": "/dev/vdb"}, 404), ("2.1", {"device": None}, 404), ("2.1", {"device": "vdb"}, 400),
    ("2.48", {"tag": "t"}, 400), ("2.49", {"tag": "t"}, 404), ("2.78", {"delete_on_termination": True}, 400),
    ("2.79", {"delete_on_termination": True}, 404), ("2.100", {"volumeId": "x"}, 400)])
def test_what_may_be_asked_for(client, make_server, version, values, code):
    make_server()
    client.at(version).refused("POST", PATH, code, _body(**values))


def test_another_volume_in_its_place_is_for_administrators(client, make_server):
    make_server()
    client.at("2.84").refused("PUT", f"{PATH}/{VOLUME}", 403, _body())
    client.at("2.85").refused("PUT", f"{PATH}/{VOLUME}", 404, _body(delete_on_termination=True))
    client.at("2.85").refused("PUT", f"{PATH}/{UUID}", 403, _body())


def test_queries(client, make_server):
    make_server()
    client.refused("GET", f"{PATH}?limit=x", 400)
    client.at("2.74").get(f"{PATH}?nonsense=1")
    client.at("2.75").refused("GET", f"{PATH}?nonsense=1", 400)
