"""The table of routes and what it names."""
import importlib

import pytest
from oslo_policy import policy

from nova_lite.api import policies
from nova_lite.api.microversions import APIVersion
from nova_lite.api.routes import ROUTES

RULES = {rule.name: rule for rule in policies.list_rules()}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_names_what_exists(route):
    module, function = route.handler.split(":")
    assert callable(getattr(importlib.import_module(f"nova_lite.api.handlers.{module}"), function))
    assert isinstance(RULES[route.policy], policy.DocumentedRuleDefault)
    assert route.max_version is None or APIVersion(route.min_version) <= route.max_version


def test_no_route_stands_twice():
    keys = [(route.method, route.path) for route in ROUTES]
    assert len(keys) == len(set(keys))


def test_no_rule_stands_twice():
    names = [rule.name for rule in policies.list_rules()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("folder", ["schemas", "views", "policies"])
@pytest.mark.parametrize("noun", ["flavors", "flavor_access", "keypairs", "limits", "quota_sets", "services",
                                  "hypervisors"])
def test_a_noun_has_the_same_file_in_each_folder(folder, noun):
    importlib.import_module(f"nova_lite.api.{folder}.{noun}")
