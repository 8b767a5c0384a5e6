"""The recorded examples of the API reference are of what the API is: its routes, its schemas."""
import importlib

import pytest

from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.handlers import server_actions
from nova_lite.api.microversions import APIVersion
from nova_lite.api.routes import ROUTES
from tools.docs import examples

ACTION = "POST /servers/{server_id}/action "
TABLE = {f"{route.method} {route.path}": route for route in ROUTES}


@pytest.mark.parametrize("example", examples.all_recorded(), ids=lambda example: example["route"])
def test_an_example_is_of_something_that_is_there(example):
    version, what = APIVersion(example["microversion"]), example["route"]
    if what.startswith(ACTION):
        action = server_actions.ACTIONS[what.removeprefix(ACTION)]
        bodies, answers = action.schemas, action.answers
    else:
        module, _, function = TABLE[what].handler.partition(":")
        handler = getattr(importlib.import_module(f"nova_lite.api.handlers.{module}"), function)
        bodies, answers = getattr(handler, "body_schemas", ()), handler.answers
    if bodies:
        validation.check(validation.pick(bodies, version), example["request"])
    declared = [one for one in answers if one.code == example["code"] and one.exists_at(version)]
    assert any(fits(example["answer"], one, version) for one in declared)


def fits(body, answer: validation.Answer, version: APIVersion) -> bool:
    if not answer.schemas:
        return body is None
    try:
        validation.check(validation.pick(answer.schemas, version), body)
    except exceptions.ValidationError:
        return False
    return True


def test_what_is_of_one_machine_alone_is_not_told():
    text = "\n".join(path.read_text(encoding="utf-8") for path in examples.FOLDER.glob("*.json"))
    assert len(text) > 10_000
    assert "localhost" not in text and "PRIVATE KEY-----\\n" not in text
