"""What the tests of servers add: clients of several users, servers, and a hold on what the API sends."""
import json
import threading
import time

import pytest

from nova_lite import rpc
from nova_lite.api.wsgi import Request
from nova_lite.conf import CONF
from nova_lite.db import flavors
from nova_lite.models import FixedIP, Flavor, Network, Vif
from tests.functional import clouds
from tests.functional.api.made_servers import MadeServers
from tests.functional.clouds import IMAGE, NETWORK, PROJECT  # noqa: F401
from tests.functional.over_http import OverHTTP
from tests.functional.sign_in import token

OTHER = "0123456789abcdef0123456789abcdef"
HOST = "http://openstack.example.com"


class ServerClient:
    """Requests as one user, at one microversion.  ``at`` and ``as_user`` give another client."""

    def __init__(self, app, user="alice", project=PROJECT, version=None, prefix="/v2.1"):
        self.app, self.user, self.project, self.version, self.prefix = app, user, project, version, prefix

    def at(self, version):
        return ServerClient(self.app, self.user, self.project, version, self.prefix)

    def as_user(self, user, project=PROJECT):
        return ServerClient(self.app, user, project, self.version, self.prefix)

    def __call__(self, method, path, body=None, headers=(), prefix=None):
        request = Request.blank((self.prefix if prefix is None else prefix) + path, method=method, base_url=HOST)
        request.headers["X-Auth-Token"] = token(self.user, self.project)
        if self.version:
            request.headers["OpenStack-API-Version"] = f"compute {self.version}"
        if body is not None:
            request.content_type = "application/json"
            request.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        for key, value in dict(headers).items():
            request.headers[key] = value
        return request.get_response(self.app)

    def _expect(self, code, method, path, body=None, **kwargs):
        answer = self(method, path, body, **kwargs)
        assert answer.status_int == code, answer.text
        return answer.json if answer.body else None

    def get(self, path, code=200, **kwargs):
        return self._expect(code, "GET", path, **kwargs)

    def post(self, path, body, code=202, **kwargs):
        return self._expect(code, "POST", path, body, **kwargs)

    def put(self, path, body, code=200, **kwargs):
        return self._expect(code, "PUT", path, body, **kwargs)

    def delete(self, path, code=204, **kwargs):
        assert self._expect(code, "DELETE", path, **kwargs) is None

    def refused(self, method, path, code, body=None, **kwargs):
        """The message of a fault; its shape is checked."""
        [(name, fault)] = self._expect(code, method, path, body, **kwargs).items()
        assert fault["code"] == code
        assert name == {400: "badRequest", 401: "unauthorized", 403: "forbidden", 404: "itemNotFound",
                        409: "conflictingRequest", 413: "overLimit", 415: "badMediaType",
                        501: "notImplemented"}.get(code, "computeFault")
        return fault["message"]


@pytest.fixture
def config():
    """Set options for one test: ``config(group, option=value, ...)``."""
    overridden = []

    def override(group=None, **options):
        for name, value in options.items():
            CONF.set_override(name, value, group=group)
            overridden.append((name, group))
    yield override
    for name, group in overridden:
        CONF.clear_override(name, group=group)


class Post(list):
    """(method, host, arguments) of the messages that the API sends; while it ``holds``, casts go no further."""

    holds = False

    @staticmethod
    def of_the_api() -> bool:
        return threading.current_thread().name.startswith("waitress")


@pytest.fixture
def _post(monkeypatch):
    post, cast, call = Post(), rpc.Client.cast, rpc.Client.call

    def watched_cast(self, context, method, *, server=None, **kwargs):
        if not post.holds or not post.of_the_api():
            return cast(self, context, method, server=server, **kwargs)
        post.append((method, server, kwargs))
        return True

    def watched_call(self, context, method, *, server=None, timeout=None, **kwargs):
        if post.holds and post.of_the_api():
            post.append((method, server, kwargs))
        return call(self, context, method, server=server, timeout=timeout, **kwargs)
    monkeypatch.setattr(rpc.Client, "cast", watched_cast)
    monkeypatch.setattr(rpc.Client, "call", watched_call)
    return post


@pytest.fixture
def sent(_post):
    """(method, host, arguments) of every message that the API sends, the casts held back as if a broker had lost them:
    so what a request itself has written stays to be looked at."""
    _post.holds = True
    return _post


@pytest.fixture
def application(common_cloud, database):
    """A WSGI app that passes requests on to the cloud, over HTTP; it has the flavors 1 (m1.tiny) and 2 (m1.small)."""
    with database.writer() as connection:
        flavors.create(connection, Flavor("1", "m1.tiny", 1, 512, 1, extra_specs={"hw:cpu_policy": "shared"}))
        flavors.create(connection, Flavor("2", "m1.small", 1, 2048, 20))
    return OverHTTP(clouds.address("api"))


@pytest.fixture
def client(application):
    """A member of PROJECT at the lowest microversion."""
    return ServerClient(application)


@pytest.fixture
def admin(client):
    """An administrator, in the same project."""
    return client.as_user("admin")


@pytest.fixture
def embedded_client(common_cloud):
    """A member of PROJECT at the embedded services: ``embedded_client.post("/network/v2.0/ports", {…}, code=201)``."""
    return ServerClient(OverHTTP(clouds.address("embedded")), prefix="")


@pytest.fixture
def make_server(application, _post):
    """``make_server(number, **fields)``: a real server; see MadeServers."""
    return MadeServers(application, _post)


def vif(*addresses, label="private", security_groups=("default",), mac="fa:16:3e:4c:2c:30"):
    """An interface with these fixed addresses."""
    return Vif(id="c1c2c3c4-0000-4000-8000-000000000001", mac=mac, network=Network(NETWORK, label),
               fixed_ips=tuple(FixedIP(a, "subnet", 6 if ":" in a else 4) for a in addresses),
               security_groups=security_groups)


def wait_for_server(client, uuid, status="ACTIVE"):
    """Gives its body."""
    until = time.monotonic() + 60
    while (server := client.get(f"/servers/{uuid}")["server"])["status"] != status:
        assert time.monotonic() < until, server
        time.sleep(0.01)
    return server
