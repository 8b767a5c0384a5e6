"""Every route × verb × caller, made of the route tables and the expectations in ``access``."""
import dataclasses
import itertools
import json
import re

import pytest

from nova_lite.api import microversions
from nova_lite.api.app import PUBLIC_PATHS
from nova_lite.api.handlers import server_actions
from nova_lite.api.routes import GONE, ROUTES
from nova_lite.embedded.identity import routes as identity
from nova_lite.embedded.identity import users
from nova_lite.embedded.image import routes as image
from nova_lite.embedded.network import routes as network
from tests.functional.api.server_fixtures import PROJECT
from tests.functional.security import access
from tests.functional.security.conftest import CALLERS, bad_tokens, token

VERBS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ACTION = "POST /servers/{server_id}/action"
OTHERS_MARK = "alpha"               # in the name of everything that is not the stranger's
OF_EMBEDDED = {f"{method} {prefix}{path}": path in public
               for prefix, table, public in (("/identity", identity.ROUTES, ("/", "/v3")),
                                             ("/image", image.ROUTES, image.PUBLIC_PATHS),
                                             ("/network", network.ROUTES, network.PUBLIC_PATHS))
               for path, methods in table.items() for method in methods}
BAD_TOKENS = ("none", "empty", "nonsense", "expired", "unsigned", "other claims", "noauth2's", "the none plugin's")


def test_nobody_is_forgotten():
    assert set(CALLERS) == set(access.CALLERS)


def test_every_route_has_an_expectation():
    assert {f"{route.method} {route.path}" for route in ROUTES} - {ACTION} == set(access.COMPUTE)
    assert set(server_actions.ACTIONS) == set(access.ACTIONS)
    assert set(OF_EMBEDDED) == set(access.EMBEDDED)


# -- the compute API ---------------------------------------------------------------------------------------
def ask(caller, what: str, expectation: access.Access, variables: dict):
    method, path = what.split(" ")
    args = {key: value.format(**variables) for key, value in expectation.args.items()}
    return caller(method, "/v2.1" + path.format(**(variables | args)), filled(expectation.body, variables),
                  version=expectation.version, headers=expectation.headers)


def filled(body, variables: dict):
    """A body whose ``{name}`` are what the fixtures have made."""
    if isinstance(body, dict):
        return {key: filled(value, variables) for key, value in body.items()}
    return body.format(**variables) if isinstance(body, str) and body.startswith("{") else body


def ask_all(compute, things, what: str, expectation: access.Access) -> dict:
    """{who: the answer}.  A path's server or group is each caller's own: the one before may have changed it."""
    answers, variables = {}, things(expectation.server)
    names = f"{what} {expectation.args} {expectation.body}"
    anew = any(name in names for name in ("{server_id}", "group_", "{port_id}"))
    for who in access.CALLERS:
        if answers and anew:
            variables = things(expectation.server)
        answers[who] = ask(compute(who), what, expectation, variables)
    return answers


def check(answers: dict, expectation: access.Access):
    assert {who: answer.status_int for who, answer in answers.items()} == expectation.expected(), {
        who: answer.text for who, answer in answers.items()}
    if answers["stranger"].status_int < 400:
        assert OTHERS_MARK not in answers["stranger"].text


@pytest.mark.parametrize("what", access.COMPUTE)
def test_compute(compute, things, monkeypatch, what):
    monkeypatch.setattr(microversions, "MAX", "2.104")
    expectation = access.COMPUTE[what]
    check(ask_all(compute, things, what, expectation), expectation)


@pytest.mark.parametrize("key", access.ACTIONS)
def test_a_servers_action(compute, things, key):
    expectation = access.ACTIONS[key]
    whole = dataclasses.replace(expectation, body={key: expectation.body})
    check(ask_all(compute, things, ACTION, whole), whole)


@pytest.mark.parametrize("bad", BAD_TOKENS)
def test_compute_without_a_good_token(compute, things, sent, bad):
    assert set(bad_tokens()) == set(BAD_TOKENS)
    variables = things({}) | {"key": "k"}
    for route in ROUTES:
        answer = compute(bad)(route.method, "/v2.1" + route.path.format(**variables),
                              None if route.method == "GET" else {})
        assert answer.status_int == 401, (route, answer.text)
        assert answer.headers["WWW-Authenticate"].startswith("Keystone uri=")
    assert not sent


def test_compute_has_no_other_verbs(compute, things):
    """As in Nova, whose router knows a path by its verbs: 404; 410 where there was one once."""
    variables = things({}) | {"key": "k"}
    paths: dict[str, set] = {}
    for route in ROUTES:
        paths.setdefault(re.sub(r"{\w+}", "{}", route.path), set()).add(route.method)
    for route in ROUTES:
        for verb in set(VERBS) - paths[re.sub(r"{\w+}", "{}", route.path)]:
            path = route.path.format(**variables)
            answer = compute("admin")(verb, "/v2.1" + path, {} if verb not in ("GET", "HEAD") else None)
            # what is a name in one route's path is a variable in another's: DELETE /servers/detail
            shadowed = any(re.fullmatch(re.sub(r"{\w+}", "[^/]+", other.path), path) and other.method == verb
                           for other in ROUTES)
            gone = any(re.fullmatch(re.sub(r"{\w+}", "[^/]+", old) + "(/.*)?" * (method is None), path)
                       for method, old in GONE if method in (None, verb))
            assert answer.status_int == (410 if gone else 404) or shadowed, (verb, path, answer.status)


def test_the_public_paths_tell_versions_only(compute):
    for path in PUBLIC_PATHS:
        answer = compute("none")("GET", path)
        assert answer.status_int == 200 and set(answer.json) <= {"versions", "version"}


# -- identity, image, network --------------------------------------------------------------------------------
@pytest.fixture
def of_embedded(embedded):
    """Things of the members' project in the embedded services; ``of_embedded()`` makes them anew."""
    hashed = users.hash_secret("secret")
    numbers = itertools.count()

    def joined(directory, user: str, project: str):
        """With a user who is a member of a project."""
        return directory.put("users", users.User(user, f"alpha-{user}", hashed)).put(
            "projects", users.Project(project, f"alpha-{user}-project")).put(
            "grants", users.Grant(user, project, ("member",)), ("user_id", "project_id"))

    def make() -> dict:
        users.edit(lambda old: dataclasses.replace(
            joined(joined(old, "alice", PROJECT), "carol", access.CAROLS),
            application_credentials=(users.ApplicationCredential("credential", "alpha", "alice", PROJECT, ("member",),
                                                                 "hash"),)))
        caller = embedded("member")

        def post(path, noun, **values):
            answer = caller("POST", path, {noun: values} if noun else values)
            assert answer.status_int in (200, 201), answer.text
            return (answer.json[noun] if noun else answer.json)
        found = {"image_id": post("/image/v2/images", None, name="alpha", disk_format="raw", container_format="bare",
                                  tags=["alpha"])["id"]}
        post(f"/image/v2/images/{found['image_id']}/members", None, member="third")
        nets = "/network/v2.0/"
        found["network"] = post(nets + "networks", "network", name="alpha")["id"]
        found["empty_network"] = post(nets + "networks", "network", name="alpha")["id"]
        for name in ("subnet", "empty_subnet"):
            found[name] = post(nets + "subnets", "subnet", network_id=found["network"], name="alpha",
                               cidr=f"10.1.{next(numbers)}.0/24")["id"]
        found["free_cidr"] = f"10.1.{next(numbers)}.0/24"
        found["port"] = post(nets + "ports", "port", network_id=found["network"], name="alpha")["id"]
        group = post(nets + "security-groups", "security_group", name="alpha")
        found |= {"security_group": group["id"], "security_group_rule": group["security_group_rules"][0]["id"]}
        return found
    return make


def named(what: str, expectation: access.Access, things: dict) -> tuple[str, str, object]:
    """Method, path and body with the ids of the things in them."""
    method, path = what.split(" ")
    noun = path.split("/")[3].replace("-", "_").removesuffix("s") if path.count("/") > 2 else ""
    args = {key: value.format(**things) for key, value in expectation.args.items()}
    body = expectation.body
    if isinstance(body, dict):
        body = json.loads(re.sub(r'"{(\w+)}"', lambda match: json.dumps(things[match[1]]), json.dumps(body)))
    return method, path.format(**{"id": things.get(noun, "x"), **things, **args}), body


@pytest.mark.parametrize("what", access.EMBEDDED)
def test_embedded(embedded, of_embedded, what):
    expectation, answers = access.EMBEDDED[what], {}
    for who in access.CALLERS:
        method, path, body = named(what, expectation, of_embedded())
        headers = {"X-Subject-Token": token("member"), **expectation.headers}
        answers[who] = embedded(who)(method, path, body, headers=headers)
    check(answers, expectation)


@pytest.mark.parametrize("bad", BAD_TOKENS)
def test_embedded_without_a_good_token(embedded, of_embedded, bad):
    things = of_embedded()
    for what, public in OF_EMBEDDED.items():
        if public or what == "POST /identity/v3/auth/tokens":
            continue
        method, path, body = named(what, access.EMBEDDED[what], things)
        answer = embedded(bad)(method, path, body, headers=access.EMBEDDED[what].headers)
        assert answer.status_int == 401, (what, answer.text)


def test_embedded_has_no_other_verbs(embedded, of_embedded):
    """As Glance and Neutron: 405, with what is allowed."""
    things, paths = of_embedded(), {}
    for what in OF_EMBEDDED:
        method, path = what.split(" ")
        paths.setdefault(path, set()).add(method)
    for path, methods in paths.items():
        for verb in set(VERBS) - methods - {"HEAD"}:
            _, real, _ = named(f"{verb} {path}", access.EMBEDDED[f"{min(methods)} {path}"], things)
            answer = embedded("admin")(verb, real, {} if verb != "GET" else None)
            assert answer.status_int == 405 and set(answer.headers["Allow"].split(", ")) == methods, (verb, path)
