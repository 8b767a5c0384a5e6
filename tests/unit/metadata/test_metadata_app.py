"""The metadata service: who is answered, and with what."""
import json

import pytest
import webob

from nova_lite import exceptions
from nova_lite.api.metadata import MetadataApp
from tests.unit.virt.samples import INSTANCE

OTHER = INSTANCE.replace(uuid="11111111-2222-4333-8444-555555555555", hostname="other", user_data=None)
OWNERS = {"10.20.0.5": INSTANCE.uuid, "10.20.0.6": OTHER.uuid, "10.20.0.7": "gone"}


class Network:
    """The one call of a network client that the service makes."""

    def __init__(self, error=None):
        self.error = error

    def owner_of_address(self, context, address):
        if self.error:
            raise self.error
        return OWNERS.get(address)


def app(network=None, instances=(INSTANCE, OTHER)):
    return MetadataApp(network or Network(), {i.uuid: i for i in instances}.get, "novalocal")


def get(path, address="10.20.0.5", method="GET", headers=(), wsgi=None):
    request = webob.Request.blank(path, method=method, environ={"REMOTE_ADDR": address}, headers=dict(headers))
    return request.get_response(wsgi or app())


def test_each_guest_is_told_of_itself():
    for address, instance in (("10.20.0.5", INSTANCE), ("10.20.0.6", OTHER)):
        found = json.loads(get("/openstack/latest/meta_data.json", address).body)
        assert found["uuid"] == instance.uuid


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Instance-ID"])
def test_headers_do_not_say_who_asks(header):
    found = get("/openstack/latest/meta_data.json", "10.20.0.6", headers={header: "10.20.0.5"})
    assert found.json["uuid"] == OTHER.uuid
    assert get("/openstack", "192.0.2.9", headers={header: "10.20.0.5"}).status_int == 404


@pytest.mark.parametrize("address", ["192.0.2.9", "10.20.0.7", ""])
def test_strangers_and_the_gone_are_not_answered(address):
    assert get("/latest/meta-data/", address).status_int == 404


def test_a_deleted_instance_is_not_answered():
    assert get("/", wsgi=app(instances=[INSTANCE.replace(deleted=True)])).status_int == 404


def test_an_instance_that_is_not_the_one_asked_for_is_never_shown():
    assert get("/", wsgi=MetadataApp(Network(), lambda uuid: OTHER, "")).status_int == 404


@pytest.mark.parametrize("path, expected", [
    ("/latest", "meta-data/\nuser-data"),
    ("/latest/user-data", "#!/bin/sh\n"),
    ("/openstack/latest/user_data", "#!/bin/sh\n"),
    ("/latest/meta-data/instance-id", "i-0000001a"),
    ("/2009-04-04/meta-data/local-ipv4", "10.20.0.5"),
    ("/latest/meta-data/public-keys/", "0=demo"),
    ("/latest/meta-data/public-keys/0", "openssh-key"),
    ("/latest/meta-data/public-keys/0/openssh-key", "ssh-ed25519 AAAA demo"),
    ("/latest/meta-data/placement/", "availability-zone"),
    ("/latest/meta-data/placement/availability-zone", "nova"),
    ("/openstack/2012-08-10/", "meta_data.json\nuser_data"),
])
def test_content(path, expected):
    found = get(path)
    assert (found.status_int, found.text) == (200, expected)


def test_listings():
    assert {"2009-04-04/", "latest/"} <= set(get("/").text.split())
    assert {"2012-08-10", "2020-10-14", "latest"} <= set(get("/openstack").text.split())
    assert {"instance-id", "public-keys/", "placement/"} <= set(get("/latest/meta-data/").text.split())


@pytest.mark.parametrize("path", ["/nothing", "/openstack/2000-01-01/", "/openstack/latest/x", "/latest/meta-data/x",
                                  "/latest/meta-data/instance-id/x", "/latest/user-data/x", "/latest/x",
                                  "/openstack/latest/meta_data.json/x"])
def test_unknown_paths(path):
    assert get(path).status_int == 404


def test_no_user_data():
    assert get("/latest/user-data", "10.20.0.6").status_int == 404
    assert get("/openstack/latest/user_data", "10.20.0.6").status_int == 404
    assert get("/latest", "10.20.0.6").text == "meta-data/"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_only_reading(method):
    assert get("/latest", method=method).status_int == 405


@pytest.mark.parametrize("error, status", [(exceptions.ServiceUnavailable(), 503), (RuntimeError("secret"), 500)])
def test_failures_tell_nothing(error, status):
    found = get("/latest", wsgi=app(Network(error)))
    assert found.status_int == status
    assert "secret" not in found.text
