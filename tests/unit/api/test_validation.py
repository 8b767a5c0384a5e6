"""Schemas: which one counts, what is lenient, the words of errors."""
import pytest
import webob

from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.microversions import APIVersion
from nova_lite.api.schemas.parameter_types import BOOLEAN, NAME, TEXT, strict
from nova_lite.api.wsgi import Request

COUNT = {"type": ["integer", "string"], "pattern": "^-?[0-9]+$", "minimum": 1, "maximum": 10}
ONE = strict({"count": COUNT, "flag": BOOLEAN, "name": NAME}, ("count",))


def _message(schema, value, *what):
    with pytest.raises(exceptions.ValidationError) as caught:
        validation.check(schema, value, *what)
    assert caught.value.code == 400
    return str(caught.value)


@pytest.mark.parametrize("count", [1, 10, "1", "10", "007"])
def test_integers_may_be_strings(count):
    validation.check(ONE, {"count": count})


@pytest.mark.parametrize(("count", "reason"), [
    (0, "0 is less than the minimum of 1"), ("0", "0 is less than the minimum of 1"),
    ("-5", "-5 is less than the minimum of 1"), ("11", "11 is greater than the maximum of 10"),
    ("9" * 5000, "inf is greater than the maximum of 10"), ("x", "'x' does not match '^-?[0-9]+$'"),
])
def test_bounds_count_for_strings_too(count, reason):
    assert _message(ONE, {"count": count}) == (
        f"Invalid input for field/attribute count. Value: {count}. {reason}")


def test_a_fraction_is_not_rounded_for_a_bound():
    validation.check({"type": "number", "minimum": 0, "exclusiveMinimum": True}, 0.5)


@pytest.mark.parametrize("flag", [True, False, "True", "false", "1", "0", "on", "Off", "YES", "no"])
def test_booleans_are_lenient(flag):
    validation.check(ONE, {"count": 1, "flag": flag})


@pytest.mark.parametrize("flag", ["maybe", "", None, "tRUE"])
def test_but_not_that_lenient(flag):
    assert _message(ONE, {"count": 1, "flag": flag}).startswith(
        f"Invalid input for field/attribute flag. Value: {flag}. ")


@pytest.mark.parametrize("name", ["a", "a b", "ключ", "a\u3000b", "x" * 255])
def test_good_names(name):
    validation.check(ONE, {"count": 1, "name": name})


@pytest.mark.parametrize("name", [" a", "a ", "a\nb", "\u3000a", "a\x00", "a\u200b"])
def test_bad_names(name):
    assert _message(ONE, {"count": 1, "name": name}) == (
        "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with "
        "whitespace.")


def test_a_missing_key_and_an_unknown_one():
    assert _message(ONE, {}) == "'count' is a required property"
    assert _message(ONE, {"count": 1, "x": 2}) == "Additional properties are not allowed ('x' was unexpected)"


def test_a_querys_error_names_the_parameter():
    schema = {"type": "object", "properties": {"limit": {"type": "array", "items": {"pattern": "^[0-9]+$"}}}}
    assert _message(schema, {"limit": ["1", "x"]}, validation.QUERY) == (
        "Invalid input for query parameters limit. Value: x. 'x' does not match '^[0-9]+$'")


@pytest.mark.parametrize(("version", "schema"), [
    ("2.1", "a"), ("2.9", "a"), ("2.10", "b"), ("2.99", "b"), ("2.100", "c")])
def test_a_schema_counts_until_the_next(version, schema):
    assert validation.pick((("2.1", "a"), ("2.10", "b"), ("2.100", "c")), APIVersion(version)) == schema


def test_before_the_first_schema_there_is_nothing():
    with pytest.raises(exceptions.NotFound):
        validation.pick((("2.55", "a"),), APIVersion("2.54"))


def _request(path, version="2.1", body=b""):
    request = Request(webob.Request.blank(path, method="POST", content_type="application/json", body=body).environ)
    request.environ["nova_lite.version"] = APIVersion(version)
    return request


@pytest.fixture
def handler():
    loose = {"type": "object", "properties": {"name": TEXT}, "additionalProperties": True}

    @validation.query(("2.1", loose), ("2.75", {**loose, "additionalProperties": False}))
    def handle(request):
        return dict(request.GET)

    return handle


def test_unknown_parameters_are_dropped_until_they_are_errors(handler):
    assert handler(_request("/?name=a&x=1", "2.74")) == {"name": "a"}
    with pytest.raises(exceptions.ValidationError, match="'x' was unexpected"):
        handler(_request("/?name=a&x=1", "2.75"))


@pytest.mark.parametrize("query", ["name=%00", "name=%ff"])
def test_what_no_database_can_be_asked_for(handler, query):
    with pytest.raises(exceptions.Invalid):
        handler(_request(f"/?{query}"))


def test_an_empty_body_is_an_empty_object():
    @validation.body(("2.1", strict({"a": {}})))
    def handle(request):
        return request.parsed_body

    assert handle(_request("/")) is None
    assert handle(_request("/", body=b'{"a": 1}')) == {"a": 1}
    with pytest.raises(exceptions.ValidationError):
        handle(_request("/", body=b'{"b": 1}'))
