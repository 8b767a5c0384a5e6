"""The compute API on a fresh database, called in this process; nothing listens, no broker is asked."""
import json

import pytest

from nova_lite.api import microversions
from nova_lite.api.app import make_app
from nova_lite.api.wsgi import Request
from nova_lite.conf import CONF
from tests.functional.api.server_fixtures import (  # noqa: F401
    admin,
    application,
    auth_strategy,
    client,
    config,
    make_server,
    sent,
)
from tests.functional.db.conftest import database  # noqa: F401

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
            request.headers["X-Auth-Token"] = token
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


@pytest.fixture
def api(database):  # noqa: F811
    """A Client of the whole pipeline, with noauth2."""
    CONF.set_override("auth_strategy", "noauth2", group="api")
    yield Client(make_app())
    CONF.clear_override("auth_strategy", group="api")


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
