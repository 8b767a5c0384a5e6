"""Every route and every server action at its first microversion, its last, and each at which it changes.

The requests are those of the table of who may do what (``security.access``).  That an answer is what its handler
declares at that microversion, with no key more, every functional test sees to (``tests.functional.answers``); here it
is asked for at each.  Outside its microversions there is no route.
"""
import importlib
import re

import pytest

from nova_lite.api import microversions, validation
from nova_lite.api.handlers import server_actions
from nova_lite.api.microversions import APIVersion
from nova_lite.api.routes import ROUTES
from tests.functional.api import cloud
from tests.functional.clouds import PROJECT
from tests.functional.examples import FOLDER, examples, file_name  # noqa: F401
from tests.functional.security import access
from tests.functional.security.conftest import PUBLIC_KEY, compute  # noqa: F401

ACTION = "/servers/{server_id}/action"
# Requests that are others at later microversions: (since, what of Access differs; code: what is answered).
DIFFERENT = {
    "POST /flavors": [("2.55", {"body": {"flavor": {"name": "new", "ram": 1, "vcpus": 1, "disk": 1,
                                                    "description": "d"}}})],
    "POST /os-keypairs": [("2.92", {"body": {"keypair": {"name": "new", "public_key": PUBLIC_KEY}}})],
    "POST /os-server-groups": [("2.64", {"body": {"server_group": {"name": "new", "policy": "anti-affinity",
                                                                   "rules": {"max_server_per_host": 2}}}})],
    "PUT /os-services/{id}": [("2.53", {"args": {"id": "{service_uuid}"}, "body": {"status": "disabled"}})],
    "DELETE /os-services/{id}": [("2.53", {"args": {"id": "{service_uuid}"}})],
    **{f"GET /os-hypervisors/{{id}}{what}": [("2.53", {"args": {"id": "{node_uuid}"}})] for what in ("", "/uptime")},
    "GET /os-console-auth-tokens/{id}": [("2.1", {"code": 400}), ("2.31", {})],       # until then of RDP's only
    "PUT /servers/{server_id}/os-volume_attachments/{id}": [("2.1", {"who": "admin"}), ("2.85", {})],
}


def handler_of(route):
    module, _, function = route.handler.partition(":")
    return getattr(importlib.import_module(f"nova_lite.api.handlers.{module}"), function)


def minor(version: str) -> int:
    return int(version.partition(".")[2])


def turning_points(first: str, last: str | None, schemas, answers) -> list[str]:
    """Microversions from the first to the last at which any of these begins to be another."""
    last = last or microversions.MAX
    if APIVersion(last) > microversions.MAX:
        last = microversions.MAX
    begins = [since for steps in schemas for since, _ in steps]
    begins += [since for answer in answers for since, _ in (*answer.schemas, (answer.min_version, None))]
    return sorted({first, last, *(since for since in begins if minor(first) < minor(since) <= minor(last))}, key=minor)


def of_route(route) -> list[str]:
    handler = handler_of(route)
    return turning_points(route.min_version, route.max_version, [
        getattr(handler, "body_schemas", ()), getattr(handler, "query_schemas", ())], getattr(handler, "answers", ()))


def request_at(what: str, version: str) -> tuple[access.Access, dict]:
    expectation = access.COMPUTE[what]
    more = {}
    for since, changes in DIFFERENT.get(what, ()):
        if APIVersion(version) >= since:
            more = changes
    return expectation, {"args": expectation.args, "body": expectation.body, "who": who(expectation), **more}


def who(expectation: access.Access) -> str:
    """Whoever may; an administrator, where nobody else may."""
    return "member" if expectation.codes[3] != 403 else "admin"


class Made(dict):
    """What the names in a path and a body are of; each is made when it is first asked for."""

    def __init__(self, ask, make_server, database, fields: dict):
        super().__init__(id="private", key="k")
        self._ask, self._make_server, self._database, self._fields = ask, make_server, database, fields
        self._admin("/flavors", {"flavor": {"id": "private", "name": "alpha", "ram": 512, "vcpus": 1, "disk": 1,
                                            "os-flavor-access:is_public": False}})
        self._admin("/flavors/private/os-extra_specs", {"extra_specs": {"k": "v"}})
        self._admin("/flavors/private/action", {"addTenantAccess": {"tenant": PROJECT}})
        self._member("/os-keypairs", {"keypair": {"name": "alpha-key", "public_key": PUBLIC_KEY}})

    def __missing__(self, name: str) -> str:
        self[name] = value = str(getattr(self, f"_{name}")())
        return value

    def all(self) -> None:
        for name in ("server_id", "group_id", "aggregate_id", "security_group_rule_id"):
            self[name]

    def _post(self, who, path, body):
        answer = self._ask(who)("POST", f"/v2.1{path}", body)
        assert answer.status_int == 200, answer.text
        return answer.json

    def _admin(self, path, body):
        return self._post("admin", path, body)

    def _member(self, path, body):
        return self._post("member", path, body)

    def _server_id(self):
        self._server = self._make_server(1, display_name="alpha", metadata={"k": "v"}, **self._fields)
        return self._server.uuid

    def _port_id(self):
        return self["server_id"] and self._server.network_info[0].id

    def _request_id(self):
        path = f"/v2.1/servers/{self['server_id']}/os-instance-actions"
        return self._ask("member")("GET", path).json["instanceActions"][-1]["request_id"]

    def _group_id(self):
        return self._member("/os-server-groups", {"server_group": {"name": "alpha", "policies": ["affinity"]}})[
            "server_group"]["id"]

    def _aggregate_id(self):
        return self._admin("/os-aggregates", {"aggregate": {"name": "alpha"}})["aggregate"]["id"]

    def _security_group_id(self):
        return self._member("/os-security-groups", {"security_group": {"name": "alpha", "description": ""}})[
            "security_group"]["id"]

    def _security_group_rule_id(self):
        return self._member("/os-security-group-rules", {"security_group_rule": {
            "parent_group_id": self["security_group_id"], "ip_protocol": "tcp", "from_port": 1, "to_port": 1}})[
            "security_group_rule"]["id"]

    def _service_id(self):
        return cloud.service(self._database, "host3").id

    def _service_uuid(self):
        return cloud.service(self._database, "host3").uuid

    def _node_id(self):
        return cloud.compute_node(self._database, "host3").id

    def _node_uuid(self):
        return cloud.compute_node(self._database, "host3").uuid


@pytest.fixture
def made(compute, make_server, database):  # noqa: F811
    return lambda fields: Made(compute, make_server, database, fields)


def filled(value, made: Made):
    """With what the names are of; a name stands at the beginning."""
    if isinstance(value, dict):
        return {key: filled(item, made) for key, item in value.items()}
    return value.format_map(made) if isinstance(value, str) and value.startswith("{") else value


CASES = [(route, version) for route in ROUTES if route.path != ACTION for version in of_route(route)]


@pytest.mark.parametrize(("route", "version"), CASES, ids=lambda value: (
    value if isinstance(value, str) else f"{value.method} {value.path}"))
def test_a_route(compute, made, examples, route, version):  # noqa: F811
    what = f"{route.method} {route.path}"
    expectation, asked = request_at(what, version)
    ask, made = compute(asked["who"]), made(expectation.server)
    made |= {key: filled(value, made) for key, value in asked["args"].items()}
    path, body = "/v2.1" + route.path.format_map(made), filled(asked["body"], made)
    if examples.record and not asked["args"]:
        made.all()                                      # so that a list has something to show
    answer = ask(route.method, path, body, version=version, headers=expectation.headers)
    expected = {asked["code"]} if "code" in asked else codes(route, version, expectation)
    assert answer.status_int in expected, answer.text
    if version == of_route(route)[-1]:
        examples.take(what, version, path, body, answer)
    if route.method == "GET":
        check_unknown_parameters(ask, route, path, version, answer.status_int)
    for outside in outsides(route):
        assert ask(route.method, path, body, version=outside).status_int == 404


def codes(route, version: str, expectation: access.Access) -> set[int]:
    """What is expected: of good answers, those that the handler gives at this version."""
    expected = expectation.codes[CALLER[who(expectation)]]
    if expected >= 400:
        return {expected}
    return {answer.code for answer in handler_of(route).answers if answer.exists_at(APIVersion(version))}


CALLER = {name: place for place, name in enumerate(access.CALLERS)}


def check_unknown_parameters(ask, route, path: str, version: str, code: int) -> None:
    """Ignored, or from some microversion on refused: at the latest from 2.102 on."""
    schemas = getattr(handler_of(route), "query_schemas", ())
    strict = APIVersion(version) >= "2.102" and not route.any_query
    if schemas:
        strict = not validation.pick(schemas, APIVersion(version)).get("additionalProperties", True)
    assert ask("GET", f"{path}?no_such_parameter=1", version=version).status_int == (400 if strict else code)


def outsides(route) -> list[str]:
    """The versions next to a route's."""
    found = [f"2.{minor(route.min_version) - 1}"] if route.min_version != microversions.MIN else []
    if route.max_version and APIVersion(route.max_version) < microversions.MAX:
        found.append(f"2.{minor(route.max_version) + 1}")
    return found


def of_action(action) -> list[str]:
    return turning_points(action.min_version, action.max_version, [action.schemas], action.answers)


@pytest.mark.parametrize(("key", "version"), [
    (key, version) for key, action in server_actions.ACTIONS.items() for version in of_action(action)])
def test_an_action(compute, made, examples, key, version):  # noqa: F811
    action, expectation = server_actions.ACTIONS[key], access.ACTIONS[key]
    ask, made = compute(who(expectation)), made(expectation.server)
    path = "/v2.1" + ACTION.format_map(made)
    body = filled({key: body_of(key, action, expectation.body, version)}, made)
    answer = ask("POST", path, body, version=version)
    expected = expectation.codes[CALLER[who(expectation)]]
    assert answer.status_int in ({expected} if expected >= 400 else {
        one.code for one in action.answers if one.exists_at(APIVersion(version))}), answer.text
    if version == of_action(action)[-1]:
        examples.take(f"POST {ACTION} {key}", version, path, body, answer)
    for outside in outsides(action):
        refused = ask("POST", path, body, version=outside)
        assert refused.status_int == 400 and f"There is no such action: {key}" in refused.text


def body_of(key: str, action, value, version: str):
    """The table's, without what this version does not know."""
    known = validation.pick(action.schemas, APIVersion(version))["properties"][key].get("properties")
    if known is None or not isinstance(value, dict):
        return value
    return {name: item for name, item in value.items() if name in known}


def test_turning_points_are_found():
    """Of what is known to change: so that none of the tests here is one of nothing."""
    found = {f"{route.method} {route.path}": of_route(route) for route in ROUTES}
    assert found["GET /os-keypairs"] == ["2.1", "2.2", "2.10", "2.35", "2.75", microversions.MAX]
    assert found["GET /os-hypervisors/statistics"] == ["2.1", "2.87"]
    assert found["PUT /flavors/{id}"][:2] == ["2.55", "2.61"]
    assert not re.search(r"\{\w+\}", "".join(found["GET /servers"]))


def test_every_route_has_its_example():
    """One that answers well: ``pytest --record-examples`` of this file writes them."""
    wanted = {f"{route.method} {route.path}" for route in ROUTES if route.path != ACTION
              if access.COMPUTE[f"{route.method} {route.path}"].codes[CALLER["admin"]] < 400}
    wanted |= {f"POST {ACTION} {key}" for key in server_actions.ACTIONS
               if access.ACTIONS[key].codes[CALLER["admin"]] < 400}
    assert {what for what in wanted if not (FOLDER / f"{file_name(what)}.json").is_file()} == set()
