"""Clients of the common cloud's compute API; requests go over HTTP."""
import json

import pytest

from nova_lite.api import microversions
from nova_lite.api.wsgi import Request
from nova_lite.db import session
from tests.functional import clouds
from tests.functional.api.server_fixtures import (  # noqa: F401
    _post,
    admin,
    application,
    client,
    config,
    embedded_client,
    make_server,
    sent,
)
from tests.functional.over_http import OverHTTP
from tests.functional.sign_in import token as signed

ADMIN = "admin:0ad0"
MEMBER = "alice:a11ce"
STRANGER = "bob:b0b"


class Client:
    """Sends requests as MEMBER unless told otherwise; ``token`` is ``user:project``."""

    def __init__(self, app):
        self.app = app

    def request(self, method, path, body=None, *, version=None, token=MEMBER, headers=None, raw=None):
        request = Request.blank(f"/v2.1{path}" if not path.startswith("//") else path[1:], method=method)
        if token:
            request.headers["X-Auth-Token"] = signed(*token.split(":"))
        if version:
            request.headers["OpenStack-API-Version"] = f"compute {version}"
        if body is not None or raw is not None:
            request.content_type = "application/json"
            request.body = raw if raw is not None else json.dumps(body).encode()
        request.headers.update(headers or {})
        return request.get_response(self.app)

    def __getattr__(self, method):
        def call(path, *args, **kwargs):
            return self.request(method.upper(), path, *args, **kwargs)
        return call


@pytest.fixture(autouse=True)
def _put_back(common_cloud):
    """Before anything else of a test, so after all of it."""


@pytest.fixture
def database(common_cloud):
    """The ``session`` module, on the cloud's database."""
    return session


@pytest.fixture
def api(common_cloud):
    """A Client of the cloud; it has no flavors."""
    return Client(OverHTTP(clouds.address("api")))


@pytest.fixture
def fails():
    """Assert that an answer is an error of this code in Nova's shape, and give its message."""
    names = {400: "badRequest", 403: "forbidden", 404: "itemNotFound", 409: "conflictingRequest", 406: "computeFault",
             410: "computeFault", 415: "badMediaType", 501: "notImplemented", 503: "serviceUnavailable"}

    def check(answer, code):
        assert answer.status_code == code, answer.text
        (name, fault), = answer.json.items()
        assert name == names[code] and fault.keys() == {"code", "message"} and fault["code"] == code
        return fault["message"]

    return check


@pytest.fixture
def later(monkeypatch):
    """Accept microversions beyond the one that is claimed."""
    monkeypatch.setattr(microversions, "MAX", "2.104")
