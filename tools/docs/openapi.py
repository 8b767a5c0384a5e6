"""doc/openapi.yaml: the compute API at one microversion as an OpenAPI 3.1 document.

Made of the route table, the handlers' schemas (requests and answers) and the policies.  Published for the highest
microversion; ``python -m tools.docs.openapi 2.1`` writes another one's to standard output.
"""
import importlib
import re
import sys

import yaml

from nova_lite.api import idempotency, microversions, policies, validation
from nova_lite.api.faults import NAMES
from nova_lite.api.handlers import flavor_access, server_actions
from nova_lite.api.microversions import APIVersion
from nova_lite.api.routes import ROUTES, Route
from nova_lite.api.schemas.parameter_types import INTEGER, STRING, exact

_DESCRIPTION = """\
The compute API at microversion {version}, which a client asks for by the header OpenStack-API-Version. Every path is
served with a project's id after /v2.1, too. A server action's body has exactly one key, the action's name. Formats
that OpenAPI does not know: name (printable, no blank at its ends), description (printable, over several lines),
printable, text (no NUL), regex, base64.
"""
_VARIABLE = re.compile(r"\{(\w+)\}")
FAULT = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": False,
         "patternProperties": {f"^({'|'.join([*dict.fromkeys(NAMES.values()), 'computeFault'])})$":
                               exact({"code": INTEGER, "message": STRING})}}
UNAUTHORIZED = exact({"error": exact({"code": INTEGER, "title": STRING, "message": STRING})})


def document(version: str = microversions.MAX) -> dict:
    """The document of one microversion."""
    at, paths = APIVersion(version), {}
    for route in ROUTES:
        if at >= route.min_version and not (route.max_version and at > route.max_version):
            paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, at)
    return {
        "openapi": "3.1.0",
        "info": {"title": "nova-lite compute API", "version": version,
                 "description": _DESCRIPTION.format(version=version), "license": {"name": "Apache-2.0",
                                                                                  "identifier": "Apache-2.0"}},
        "servers": [{"url": "http://127.0.0.1:8774/v2.1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token"}},
            "parameters": {"microversion": {
                "name": microversions.HEADER, "in": "header", "required": True,
                "schema": {"type": "string", "enum": [f"compute {version}"]}},
                "idempotencyKey": {
                    "name": idempotency.HEADER, "in": "header",
                    "description": "Makes it safe to repeat the request: see doc/idempotency.rst.",
                    "schema": {"type": "string", "pattern": f"^{idempotency.STRING.pattern}$",
                               "maxLength": idempotency.LONGEST + 2}}},
            "schemas": {"Fault": FAULT, "Unauthorized": UNAUTHORIZED},
            "responses": {name: {"description": text, "content": {"application/json": {
                "schema": {"$ref": f"#/components/schemas/{schema}"}}}} for name, text, schema in (
                    ("Fault", "The request is refused, and why.", "Fault"),
                    ("Unauthorized", "No token, or not a good one.", "Unauthorized"),
                    ("Unavailable", "The database, the broker or another service does not answer now.", "Fault"))},
        },
    }


def _operation(route: Route, version: APIVersion) -> dict:
    module, function = route.handler.split(":")
    handler = getattr(importlib.import_module(f"nova_lite.api.handlers.{module}"), function)
    rule = next(rule for rule in policies.list_rules() if rule.name == route.policy)
    bodies, answers = _action_bodies(handler, version), _answers(handler, version)
    if hasattr(handler, "body_schemas"):
        bodies = [body for body in (validation.pick(handler.body_schemas, version),) if body.get("type") != "null"]
    operation = {
        "operationId": route.handler.replace(":", "."), "summary": rule.description, "tags": [module],
        "x-policy": route.policy,
        "parameters": [{"$ref": "#/components/parameters/microversion"}, *_path_parameters(route.path),
                       *_query_parameters(handler, version), *_header_parameters(handler)]}
    if bodies:
        schema = modern(bodies[0]) if len(bodies) == 1 else {"oneOf": [modern(body) for body in bodies]}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    operation["responses"] = {**{str(answer.code): _response(answer, version) for answer in answers
                                 if answer.code < 400}, **{
        code: {"$ref": f"#/components/responses/{name}"}
        for code, name in (("401", "Unauthorized"), ("4XX", "Fault"), ("503", "Unavailable"),
                           *((str(answer.code), "Fault") for answer in answers if answer.code >= 400))}}
    return operation


def _actions(handler, version) -> list | None:
    return [action for action in server_actions.ACTIONS.values() if action.exists_at(version)] \
        if handler is server_actions.dispatch else None


def _action_bodies(handler, version) -> list[dict]:
    """The bodies of an endpoint that takes one of several actions."""
    if handler is flavor_access.dispatch:
        return [schema for _, _, schema in flavor_access.ACTIONS.values()]
    return [validation.pick(action.schemas, version) for action in _actions(handler, version) or ()]


def _answers(handler, version) -> list[validation.Answer]:
    actions = _actions(handler, version)
    declared = handler.answers if actions is None else [answer for action in actions for answer in action.answers]
    by_code: dict[int, list[validation.Answer]] = {}
    for answer in declared:
        if answer.exists_at(version):
            by_code.setdefault(answer.code, []).append(answer)
    return [_either(code, answers, version) for code, answers in sorted(by_code.items())]


def _either(code: int, answers: list[validation.Answer], version) -> validation.Answer:
    """The answers of several actions with one code as one; OpenAPI cannot say that some have no body."""
    if len(answers) == 1:
        return answers[0]
    if not all(answer.schemas for answer in answers):
        return validation.Answer(code)
    schemas = [validation.pick(answer.schemas, version) for answer in answers]
    return validation.Answer(code, ((microversions.MIN, {"anyOf": schemas}),))


def _response(answer: validation.Answer, version) -> dict:
    response = {"description": "Accepted; the work goes on." if answer.code == 202 else "Done."}
    if answer.schemas:
        response["content"] = {"application/json": {"schema": modern(validation.pick(answer.schemas, version))}}
    return response


def _path_parameters(path: str) -> list[dict]:
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1,
                                                                      "pattern": "^[^/]+$"}}
            for name in _VARIABLE.findall(path)]


def _query_parameters(handler, version) -> list[dict]:
    if not hasattr(handler, "query_schemas"):
        return []
    known = validation.pick(handler.query_schemas, version).get("properties", {})
    return [{"name": name, "in": "query", "schema": modern(schema["items"] if schema.get("maxItems") == 1 else schema)}
            for name, schema in known.items()]


def _header_parameters(handler) -> list[dict]:
    return [{"$ref": "#/components/parameters/idempotencyKey"}] if hasattr(handler, "takes_idempotency_key") else []


def modern(schema):
    """A schema of draft 4 as JSON Schema 2020-12, which OpenAPI 3.1 has."""
    if isinstance(schema, list):
        return [modern(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: modern(value) for key, value in schema.items()}
    if found.get("exclusiveMinimum") is True:
        found["exclusiveMinimum"] = found.pop("minimum")
    return found


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def render(version: str = microversions.MAX) -> str:
    text = yaml.dump(document(version), Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True,
                     default_flow_style=None)
    return f"# Generated by tools/docs/generate.py from nova_lite/api/routes.py and the schemas; do not edit.\n{text}"


if __name__ == "__main__":
    print(render(*sys.argv[1:2]), end="")
