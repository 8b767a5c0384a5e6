"""Requests made of the OpenAPI document, right ones and wrong ones: no 5xx, and no answer that it does not tell of."""
import base64
import copy

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.functional.api.server_fixtures import IMAGE, NETWORK
from tests.functional.security import access
from tests.functional.security.conftest import token
from tools.docs import openapi

VERSIONS = ("2.1", "2.26", "2.38", "2.100")
# Of an operation at a version; the seed is Hypothesis' own, of the test's name.
EXAMPLES, OF_SERVERS = 12, 40
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# What has made a 5xx somewhere.
ODD = ["", " ", "0", "-1", "1" * 5000, "True", "é日\U0001f4a9", "%", "_", "../../etc", "::", "nova:h:n", "none",
       IMAGE.upper(), "10.0.0.1", "::1", "2026-01-01", "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00",
       "9" * 30]
PATTERNS = ["", "a", "^a.*$", "(", "[", "\\", "*", "(a+)+$", "^$", "(?P<a>x)(?P=a)", "(?=a)", "\\p{L}", "a{1000}{1000}"]
PRINTABLE = st.text(st.characters(exclude_categories=("C",)), max_size=300)
TEXT = PRINTABLE | st.sampled_from(ODD)
FORMATS = {
    "name": TEXT.map(str.strip).filter(bool), "printable": PRINTABLE, "description": PRINTABLE, "text": TEXT,
    "regex": TEXT | st.sampled_from(PATTERNS),
    "base64": st.binary(max_size=300).map(lambda value: base64.b64encode(value).decode()),
}
for name, strategy in FORMATS.items():
    schemathesis.openapi.format(name, strategy)
SCHEMAS = {version: schemathesis.openapi.from_dict(openapi.document(version)) for version in VERSIONS}
OPERATIONS = [(version, operation.ok()) for version, schema in SCHEMAS.items() for operation in
              schema.get_all_operations()
              if "501" not in operation.ok().definition.raw["responses"]]        # what nobody here can do


def cases(operation, there: dict):
    """Most name things that are there; most are right, some are wrong."""
    there = {parameter.name: there[parameter.name] for parameter in operation.path_parameters}
    known = operation.as_strategy(path_parameters=there)
    wrong = [operation.as_strategy(GenerationMode.NEGATIVE, path_parameters=there)]
    return st.one_of(operation.as_strategy(), known, known, *(wrong if operation.body or operation.query else []))


def usable(case, headers: dict, body, chance: int):
    """The document is of one microversion, so a case may not drop that; and a body that fits its schema is refused by
    what it names most of the time: some get further."""
    case.headers = {**(case.headers or {}), **headers}
    server = case.body.get("server") if isinstance(case.body, dict) else None
    if chance == 0 and body is not None:
        case.body = copy.deepcopy(body)
    elif chance < 3 and isinstance(server, dict) and "flavorRef" in server:
        case.body = {**case.body, "server": {**server, "flavorRef": "1", "imageRef": IMAGE}}
        if isinstance(server.get("networks"), list):
            case.body["server"]["networks"] = [{"uuid": NETWORK}]
    return case


@pytest.mark.parametrize(("version", "operation"), OPERATIONS, ids=[
    f"{version} {operation.definition.raw['operationId']}" for version, operation in OPERATIONS])
def test_an_operation(application, things, version, operation):
    what = f"{operation.method.upper()} {operation.path}"
    expectation = access.COMPUTE.get(what, access.Access((0, 0, 0, 0, 0), body={"lock": None}))
    # key pairs are the member's own
    who = "member" if "keypairs" in operation.path else "admin"
    headers = {"X-Auth-Token": token(who), "OpenStack-API-Version": f"compute {version}"}
    there = things(expectation.server)
    there |= {key: value.format(**there) for key, value in expectation.args.items()}

    @hypothesis.settings(max_examples=OF_SERVERS if "servers" in operation.tags else EXAMPLES, derandomize=True,
                         deadline=None, database=None,
                         suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(case=st.builds(usable, cases(operation, there), st.just(headers), st.just(expectation.body),
                                     st.integers(0, 5)))
    def ask(case):
        case.validate_response(case.call(app=application), checks=CHECKS)

    ask()
