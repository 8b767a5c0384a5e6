"""The password that a guest tells of itself, once."""
import types

import pytest
import webob

from nova_lite.api.metadata import MetadataApp
from tests.unit.metadata.test_metadata_app import OTHER, Network
from tests.unit.virt.samples import INSTANCE

PATH = "/openstack/2013-04-04/password"


@pytest.fixture
def told():
    return {}


@pytest.fixture
def ask(told):
    def add(uuid, text):
        return told.setdefault(uuid, text) is text and list(told.values()).count(text) == 1
    passwords = types.SimpleNamespace(get=told.get, add=add, MOST=1020)
    app = MetadataApp(Network(), {i.uuid: i for i in (INSTANCE, OTHER)}.get, "novalocal", passwords)

    def request(method, path=PATH, body=b"", address="10.20.0.5"):
        return webob.Request.blank(path, method=method, body=body, environ={"REMOTE_ADDR": address}).get_response(app)
    return request


def test_told_once(ask, told):
    assert (ask("GET").status_int, ask("GET").body) == (200, b"")
    assert ask("POST", body=b"c2VjcmV0").status_int == 200
    assert ask("POST", "/openstack/latest/password", b"other").status_int == 409
    assert ask("GET", "/openstack/latest/password").body == b"c2VjcmV0"
    assert told == {INSTANCE.uuid: "c2VjcmV0"}
    assert ask("GET", address="10.20.0.6").body == b"", "each guest has its own"


def test_refused(ask, told):
    assert ask("POST", body=b"x" * 1021).status_int == 400
    assert ask("POST", body=b"\xff").status_int == 400
    assert ask("POST", "/openstack/2012-08-10/password", b"x").status_int == 405
    assert ask("POST", "/openstack/latest/meta_data.json", b"x").status_int == 405
    assert ask("POST", body=b"x", address="10.20.0.99").status_int == 404
    assert told == {}


def test_listed(ask):
    assert b"password" in ask("GET", "/openstack/2013-04-04/").body
    assert b"password" not in ask("GET", "/openstack/2012-08-10/").body
