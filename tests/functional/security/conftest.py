"""Callers of the common cloud's services, with tokens of the embedded identity; and a cloud of one's own."""
import json
import time

import pytest

from nova_lite.api.wsgi import Request
from tests.functional import clouds, sign_in
from tests.functional.api import cloud as rows
from tests.functional.api.conftest import database  # noqa: F401
from tests.functional.api.server_fixtures import (  # noqa: F401
    HOST,
    IMAGE,
    OTHER,
    PROJECT,
    _post,
    application,
    config,
    make_server,
    sent,
)
from tests.functional.over_http import OverHTTP

PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPVvx2Hj5ZkYxQY4zJ3bF7cWq1YqQyQ1Qb8v1mJ0Tn0v alice@example"
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
    return sign_in.token(user, project, role, **changes)


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
    """Requests to one service with a token."""

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
def compute(application):  # noqa: F811
    """``compute(who)``: a Caller of the compute API."""
    return lambda who: Caller(application, token(who) if who in CALLERS else bad_tokens()[who])


@pytest.fixture
def embedded(common_cloud):
    """``embedded(who)``: a Caller of the identity, image and network services."""
    app = OverHTTP(clouds.address("embedded"))
    return lambda who: Caller(app, token(who) if who in CALLERS else bad_tokens()[who])


@pytest.fixture
def things(database, compute, make_server):  # noqa: F811
    """What the members' project has; ``things(**fields)`` makes a server anew and gives the paths' variables."""
    made = []
    for who, path, body in (
            ("admin", "/flavors", {"flavor": {"id": "private", "name": "alpha", "ram": 512, "vcpus": 1, "disk": 1,
                                              "os-flavor-access:is_public": False}}),
            ("admin", "/flavors/private/os-extra_specs", {"extra_specs": {"k": "v"}}),
            ("admin", "/flavors/private/action", {"addTenantAccess": {"tenant": PROJECT}}),
            ("member", "/os-keypairs", {"keypair": {"name": "alpha-key", "public_key": PUBLIC_KEY}})):
        answer = compute(who)("POST", "/v2.1" + path, body)
        assert answer.status_int == 200, answer.text

    def make(fields: dict) -> dict:
        made.append(server := make_server(len(made) + 1, display_name="alpha", metadata={"k": "v"}, **fields))
        actions = compute("member")("GET", f"/v2.1/servers/{server.uuid}/os-instance-actions").json["instanceActions"]
        group = compute("member")("POST", "/v2.1/os-server-groups", {"server_group": {
            "name": "alpha", "policies": ["affinity"]}}).json["server_group"]
        aggregate = compute("admin")("POST", "/v2.1/os-aggregates", {"aggregate": {
            "name": f"alpha{len(made)}"}}).json["aggregate"]
        answer = compute("member")("POST", "/v2.1/os-security-groups", {"security_group": {
            "name": "alpha", "description": ""}})
        assert answer.status_int == 200, answer.text
        guard = answer.json["security_group"]["id"]
        rule = compute("member")("POST", "/v2.1/os-security-group-rules", {"security_group_rule": {
            "parent_group_id": guard, "ip_protocol": "tcp", "from_port": 1, "to_port": 1}}).json["security_group_rule"]
        return {"server_id": server.uuid, "image_id": IMAGE, "security_group_id": guard,
                "security_group_rule_id": rule["id"], "id": "private", "group_id": group["id"],
                "aggregate_id": aggregate["id"], "request_id": actions[-1]["request_id"],
                "port_id": server.network_info[0].id,
                "service_id": rows.service(database, "host3").id,
                "node_id": rows.compute_node(database, "host3").id}
    return make
