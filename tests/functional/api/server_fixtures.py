"""What the tests of servers add: clients of several users, stubs of images and networks, rows of servers."""
import datetime
import json

import pytest

from nova_lite import exceptions
from nova_lite import rpc as rpc_module
from nova_lite.api import policies
from nova_lite.api.app import make_app
from nova_lite.api.handlers import backend
from nova_lite.api.wsgi import Request
from nova_lite.compute.api import API
from nova_lite.conf import CONF
from nova_lite.db import flavors, instances
from nova_lite.models import FixedIP, Flavor, ImageMeta, Instance, Network, NetworkRequest, Vif

PROJECT = "6f70656e737461636b20342065766572"
OTHER = "0123456789abcdef0123456789abcdef"
IMAGE = "70a599e0-31e7-49b7-b260-868f441e862b"
NETWORK = "b5f2a5a0-0e2e-4e5e-9b44-2a5d0d5f1a11"
HOST = "http://openstack.example.com"


class ServerClient:
    """Requests as one user, at one microversion.  ``at`` and ``as_user`` give another client."""

    def __init__(self, app, user="alice", project=PROJECT, version=None):
        self.app, self.user, self.project, self.version = app, user, project, version

    def at(self, version):
        return ServerClient(self.app, self.user, self.project, version)

    def as_user(self, user, project=PROJECT):
        return ServerClient(self.app, user, project, self.version)

    def __call__(self, method, path, body=None, headers=(), prefix="/v2.1"):
        request = Request.blank(prefix + path, method=method, base_url=HOST)
        request.headers["X-Auth-Token"] = f"{self.user}:{self.project}"
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
                        409: "conflictingRequest", 413: "overLimit", 415: "badMediaType"}.get(code, "computeFault")
        return fault["message"]


class Images:
    def get(self, context, image_id):
        if image_id != IMAGE:
            raise exceptions.ImageNotFound(image_id=image_id)
        return ImageMeta(id=IMAGE, name="lite-guest", size=1 << 20, disk_format="qcow2")


class Networks:
    def validate(self, context, requests, security_groups, count):
        for group in security_groups:
            if group not in ("default", "web"):
                raise exceptions.SecurityGroupNotFound(security_group_id=group)
        if requests is None:
            return (NetworkRequest(network_id=NETWORK),)
        for request in requests:
            if request.network_id not in (NETWORK, None):
                raise exceptions.NetworkNotFound(network_id=request.network_id)
        return tuple(requests)


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


@pytest.fixture
def sent(monkeypatch):
    """(method, host, arguments) of every message that would have been sent."""
    messages = []

    def cast(self, context, method, *, server=None, **kwargs):
        messages.append((method, server, kwargs))
        return True

    def call(self, context, method, *, server=None, timeout=None, **kwargs):
        messages.append((method, server, kwargs))
        return {"get_console_output": "line 1\r\nready\x07\n", "get_host_uptime": " 10:00:00 up 1 day\n"}[method]
    monkeypatch.setattr(rpc_module.Client, "cast", cast)
    monkeypatch.setattr(rpc_module.Client, "call", call)
    return messages


@pytest.fixture
def auth_strategy():
    """What ``application`` is made with; a folder's own fixture of this name changes it."""
    return "noauth2"


@pytest.fixture
def application(config, database, sent, monkeypatch, auth_strategy):
    """The whole pipeline, with the flavors 1 (m1.tiny) and 2 (m1.small)."""
    config("api", auth_strategy=auth_strategy)
    monkeypatch.setattr(policies, "_enforcer", None)
    monkeypatch.setattr(backend, "API", lambda: API(Images(), Networks()))
    backend.compute.cache_clear()
    with database.writer() as connection:
        flavors.create(connection, Flavor("1", "m1.tiny", 1, 512, 1, extra_specs={"hw:cpu_policy": "shared"}))
        flavors.create(connection, Flavor("2", "m1.small", 1, 2048, 20))
    yield make_app()
    backend.compute.cache_clear()


@pytest.fixture
def client(application):
    """A member of PROJECT at the lowest microversion."""
    return ServerClient(application)


@pytest.fixture
def admin(client):
    """An administrator, in the same project."""
    return client.as_user("admin")


@pytest.fixture
def make_server(application, database):
    """Insert a server as if it had come to be: an ACTIVE one on host1 unless said otherwise."""
    def make(number=1, **values):
        at = datetime.datetime(2026, 11, 23, 8, 12, number % 60, 250000)
        server = Instance(**{
            "uuid": f"0e44cc9c-e052-415d-afbf-{number:012d}", "project_id": PROJECT, "user_id": "alice",
            "display_name": f"vm{number}", "hostname": f"vm{number}", "flavor": Flavor("1", "m1.tiny", 1, 512, 1),
            "vm_state": "active", "power_state": 1, "host": "host1", "node": "node1", "availability_zone": "nova",
            "image_ref": IMAGE, "image_meta": ImageMeta(id=IMAGE, name="lite-guest"), "reservation_id": "r-3fhpjulh",
            "network_info": (vif("192.168.1.30"),), "created_at": at, "updated_at": at,
            "launched_at": at + datetime.timedelta(seconds=1), **values})
        with database.writer() as connection:
            instances.insert(connection, [server])
        return server
    return make


def vif(*addresses, label="private", security_groups=("default",), mac="fa:16:3e:4c:2c:30"):
    """An interface with these fixed addresses."""
    return Vif(id="c1c2c3c4-0000-4000-8000-000000000001", mac=mac, network=Network(NETWORK, label),
               fixed_ips=tuple(FixedIP(a, "subnet", 6 if ":" in a else 4) for a in addresses),
               security_groups=security_groups)
