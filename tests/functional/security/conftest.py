"""The compute API and the embedded services in this process, with real tokens of the embedded identity."""
import dataclasses
import json
import logging
import pathlib
import time

import pytest

from nova_lite import testing
from nova_lite.api.wsgi import Request
from nova_lite.conf import CONF
from nova_lite.context import RequestContext
from nova_lite.db import actions, flavors, keypairs
from nova_lite.embedded import app as embedded_app
from nova_lite.embedded.identity import revocations, tokens
from nova_lite.models import Flavor
from nova_lite.models.keypair import Keypair
from tests.functional.api import cloud as rows
from tests.functional.api.server_fixtures import (  # noqa: F401
    HOST,
    OTHER,
    PROJECT,
    application,
    config,
    make_server,
    sent,
)
from tests.functional.db.conftest import database  # noqa: F401

# who: (user, project, role).  The member owns what the tests name; a stranger is one in another project.
CALLERS = {
    "stranger": ("bob", OTHER, "member"),
    "roleless": ("nobody", PROJECT, "sightseer"),
    "reader": ("rita", PROJECT, "reader"),
    "member": ("alice", PROJECT, "member"),
    "admin": ("root", "ad0ad0ad0ad0ad0ad0ad0ad0ad0ad0ad", "admin"),
}


def token(who: str, **changes) -> str:
    """A token as the identity service signs it."""
    user, project, role = CALLERS[who]
    claims = tokens.Token(user_id=user, user_name=user, methods=("password",), project_id=project,
                          project_name=f"name of {project}", roles=(role,))
    return tokens.issue(dataclasses.replace(claims, **changes))[0]


def bad_tokens() -> dict[str, str | None]:
    """What must be a 401 everywhere."""
    good = token("admin")
    header, claims, signature = good.split(".")
    return {
        "none": None, "empty": "", "nonsense": "x", "expired": token("admin", expires_at=time.time() - 1),
        "unsigned": f"{header}.{claims}.", "other claims": f"{header}.{token('member').split('.')[1]}.{signature}",
        "noauth2's": "admin:admin", "the none plugin's": "notused",
    }


class Caller:
    """Requests to one WSGI app with a token."""

    def __init__(self, app, value: str | None):
        self.app, self.token = app, value

    def __call__(self, method, path, body=None, *, version=None, headers=None):
        request = Request.blank(path, method=method, base_url=HOST)
        if self.token is not None:
            request.headers["X-Auth-Token"] = self.token
        if version:
            request.headers["OpenStack-API-Version"] = f"compute {version}"
        if body is not None:
            request.content_type = "application/json"
            request.body = body if isinstance(body, bytes) else json.dumps(body).encode()
        request.headers.update(headers or {})
        return request.get_response(self.app)


@pytest.fixture
def auth_strategy(own_directory):
    return "embedded"


@pytest.fixture
def own_directory(config, tmp_path):  # noqa: F811
    """Keys, users and images of this test alone."""
    config(state_path=str(tmp_path))
    revocations.forget()


@pytest.fixture(scope="module")
def cloud(request):
    """A whole cloud on real sockets; a module's OPTIONS are further lines of its configuration."""
    CONF.reset()                        # what the tests before have loaded
    with testing.cloud(options=getattr(request.module, "OPTIONS", "")) as found:
        yield found
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, logging.FileHandler)]:
        if pathlib.Path(handler.baseFilename).is_relative_to(found.directory):
            root.removeHandler(handler)         # its directory is gone
            handler.close()
    CONF.clear_override("log_file")             # the next cloud's would be in whatever directory this is


@pytest.fixture
def compute(application):  # noqa: F811
    """``compute(who)``: a Caller of the compute API."""
    return lambda who: Caller(application, token(who) if who in CALLERS else bad_tokens()[who])


@pytest.fixture
def embedded(database, config, own_directory):  # noqa: F811
    """``embedded(who)``: a Caller of the identity, image and network services."""
    config("api", auth_strategy="embedded")
    app = embedded_app.make_app()
    return lambda who: Caller(app, token(who) if who in CALLERS else bad_tokens()[who])


@pytest.fixture
def things(database, make_server):  # noqa: F811
    """What the members' project has; ``things(**fields)`` makes a server anew and gives the paths' variables."""
    rows.service(database)
    rows.compute_node(database)
    made = []
    with database.writer() as connection:
        connection.execute(rows.hosts.update().values(node="node1"))
        flavors.create(connection, Flavor("private", "alpha", 1, 512, 1, is_public=False, extra_specs={"k": "v"}))
        flavors.add_access(connection, flavors.get_visible(connection, "private", None, True), PROJECT)
        keypairs.create(connection, Keypair("alice", "alpha-key", "ssh", "ssh-rsa AAAA", "fp"))

    def make(fields: dict) -> dict:
        made.append(server := make_server(len(made) + 1, display_name="alpha", metadata={"k": "v"}, **fields))
        with database.writer() as connection:
            context = RequestContext(user_id="alice", project_id=PROJECT, request_id="req-1", overwrite=False)
            actions.insert(connection, context, [server.uuid], "lock", "lock", step=None)
        return {"server_id": server.uuid, "id": "private"}
    return make
