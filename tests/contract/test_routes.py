"""The route table against Nova's (data/routes.txt), the handlers and the policies."""
import importlib
import pathlib
import re

import pytest

from nova_lite.api import microversions, policies
from nova_lite.api.handlers import server_actions
from nova_lite.api.microversions import APIVersion
from nova_lite.api.routes import ELSEWHERE, GONE, ROUTES
from nova_lite.api.validation import pick

DATA = pathlib.Path(__file__).parent / "data" / "routes.txt"
OWN = {("GET", "/servers/{}/nova-lite-trace"), ("GET", "/servers/{}/nova-lite-actions"),
       ("GET", "/nova-lite-actions"), ("POST", "/nova-lite-explain")}
# Not there yet, and why.
LATER = {
    ("GET", "/"): "answered by the router itself, before any route",
}
# Answered with one code or another as it turns out.
SEVERAL = {("PUT", "/servers/{}/tags/{}"), ("POST", "/os-server-external-events")}
LAST = "2.104"                      # Nova's own last microversion that the code knows of


def bare(path: str) -> str:
    """A path without the names of its parameters."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def number(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return int(major), int(minor)


def novas() -> dict[tuple[str, str], tuple[str, str | None]]:
    """(method, path) -> (first microversion, or gone; last or None)."""
    found = {}
    for line in DATA.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            method, path, first, last = line.split()
            found[method, bare(path)] = (first, None if last == "-" else last)
    return found


NOVA = novas()
TABLE = {(route.method, bare(route.path)): route for route in ROUTES}


def test_no_route_stands_twice():
    assert len(TABLE) == len(ROUTES)


def below(path: str, above: str) -> bool:
    return path == bare(above) or path.startswith(bare(above) + "/")


def elsewhere(path: str) -> tuple[str, str | None] | None:
    """The microversions at which a path is answered 501; None: there is no such answer."""
    return next(((entry.min_version, entry.max_version) for entry in ELSEWHERE if below(path, entry.path)), None)


def gone(method: str, path: str) -> bool:
    return any(below(path, above) if every is None else (method, path) == (every, bare(above)) for every, above in GONE)


@pytest.mark.parametrize("key", NOVA, ids=" ".join)
def test_every_route_of_novas_is_answered(key):
    """Served, or gone, or said to be another service's within its microversions; LATER is what is still to come."""
    assert gone(*key) == (NOVA[key][0] == "gone")
    if key in LATER:
        assert key not in TABLE, "it is there: take it out of LATER"
    elif not gone(*key):
        assert (key in TABLE) != (elsewhere(key[1]) is not None)
        assert key in TABLE or elsewhere(key[1]) == NOVA[key]


def test_nothing_is_said_of_what_nova_does_not_have():
    assert set(LATER) <= set(NOVA)
    for entry in ELSEWHERE:
        assert any(below(path, entry.path) for _, path in NOVA)
    for method, path in GONE:
        assert any(gone(*key) and (below(key[1], path) or (method, path) == ("POST", "/os-networks/{id}/action"))
                   for key in NOVA)


@pytest.mark.parametrize("key", TABLE, ids=" ".join)
def test_a_route_has_novas_microversions(key):
    if key in OWN:
        return
    assert key in NOVA, "Nova has no such route; nova-lite's own are named in OWN"
    assert (TABLE[key].min_version, TABLE[key].max_version) == NOVA[key]


def test_the_claimed_maximum_does_not_fall():
    assert number(microversions.MAX) >= (2, 104)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_has_its_handler_and_its_policy(route):
    module, _, function = route.handler.partition(":")
    assert callable(getattr(importlib.import_module(f"nova_lite.api.handlers.{module}"), function))
    assert route.policy in {rule.name for rule in policies.list_rules()}


def test_what_is_gone_is_not_routed():
    paths = {path for _, path in TABLE}
    assert not paths & {bare(path) for method, path in GONE if method is None}


def test_every_policy_is_documented():
    for rule in policies.list_rules():
        if ":" in rule.name:
            assert rule.description and rule.operations, rule.name


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_declares_its_answers_at_each_of_its_microversions(route):
    module, _, function = route.handler.partition(":")
    handler = getattr(importlib.import_module(f"nova_lite.api.handlers.{module}"), function)
    if handler is server_actions.dispatch:
        assert all(action.answers for action in server_actions.ACTIONS.values())
        return
    last = route.max_version or LAST
    for minor in range(number(route.min_version)[1], number(last)[1] + 1):
        version = APIVersion(f"2.{minor}")
        found = [answer for answer in handler.answers if answer.exists_at(version)]
        assert len({answer.code for answer in found}) == len(found) >= 1, "clients branch on the code"
        assert len(found) == 1 or (route.method, bare(route.path)) in SEVERAL
        assert all(not answer.schemas or pick(answer.schemas, version) for answer in found)


def loose(schema: dict):
    """Objects with named keys that would let others through."""
    if "properties" in schema and schema.get("additionalProperties") is not False:
        yield schema
    below = [*schema.get("properties", {}).values(), *schema.get("oneOf", ()), schema.get("items"),
             schema.get("additionalProperties")]
    for item in below:
        if isinstance(item, dict):
            yield from loose(item)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_no_answer_may_hold_more_than_it_declares(route):
    module, _, function = route.handler.partition(":")
    handler = getattr(importlib.import_module(f"nova_lite.api.handlers.{module}"), function)
    for answer in getattr(handler, "answers", ()):
        for _version, schema in answer.schemas:
            assert not list(loose(schema))
