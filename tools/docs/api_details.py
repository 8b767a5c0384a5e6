"""doc/api-details.rst: each route with its keys by microversion, and an example that a test recorded."""
import importlib

from nova_lite.api import policies
from nova_lite.api.handlers import server_actions
from nova_lite.api.routes import ROUTES
from tools.docs import examples, keys, rst
from tools.docs.api_ref import versions

_INTRO = """\
What stands in ``doc/api-ref.rst`` in tables is here one by one: which keys a query, a body and an answer have, since
which microversion (``+`` comes, ``-`` goes), and a request with its answer as a test recorded them
(``pytest tests/functional/api/test_every_version.py --record-examples``). Lists of examples end after three items.
"""
_ACTION = "/servers/{server_id}/action"


def render() -> str:
    rules = {rule.name: rule for rule in policies.list_rules()}
    lines = [*rst.notice("nova_lite/api/routes.py, the schemas and doc/examples"),
             *rst.heading("Compute API in detail", "="), *_INTRO.splitlines(), ""]
    for route in ROUTES:
        if route.path == _ACTION:
            continue
        module, _, function = route.handler.partition(":")
        handler = getattr(importlib.import_module(f"nova_lite.api.handlers.{module}"), function)
        lines += rst.heading(f"{route.method} {route.path}", "-")
        lines += [f"{rules[route.policy].description} Microversions {versions(route)}.", ""]
        lines += _known("Query", getattr(handler, "query_schemas", ()))
        lines += _known("Body", getattr(handler, "body_schemas", ()))
        lines += _answers(getattr(handler, "answers", ()))
        lines += _example(f"{route.method} {route.path}")
    for name, action in sorted(server_actions.ACTIONS.items()):
        lines += rst.heading(f"POST {_ACTION}: {name}", "-")
        lines += [f"{rules[action.policy].description} Microversions {versions(action)}.", ""]
        lines += _known("Body", action.schemas)
        lines += _answers(action.answers)
        lines += _example(f"POST {_ACTION} {name}")
    return rst.text(lines)


def _known(title: str, steps) -> list[str]:
    told = [(since, [*(f"+ {name}" for name in come), *(f"- {name}" for name in go)])
            for since, come, go in keys.changes(steps)]
    told = [(since, signs) for since, signs in told if signs]
    if not told:
        return []
    return [f"{title}:", "", *(f"* {since}: ``{', '.join(signs)}``" for since, signs in told), ""]


def _answers(answers) -> list[str]:
    lines: list[str] = []
    for answer in sorted(answers, key=lambda answer: answer.code):
        known = _known(f"Answer {answer.code} ({versions(answer)})", answer.schemas)
        lines += known or [f"Answer {answer.code} ({versions(answer)}), without a body.", ""]
    return lines


def _example(what: str) -> list[str]:
    found = examples.find(what)
    return examples.render(found) if found else []
