"""JSON schemas of bodies and query strings, chosen by microversion.

A schema list is ``(("2.1", schema), ("2.19", schema), ...)`` in ascending order: each is good from its
version until the next begins.  Unknown body keys are always an error; unknown query keys are dropped
where ``additionalProperties`` is true (below 2.75), as Nova does.  What a handler answers is declared beside it: the
tests hold every answer to it, and doc/openapi.yaml tells it.
"""
import base64
import dataclasses
import functools
import re
import unicodedata
import uuid

import jsonschema
import netaddr
from oslo_utils import timeutils

from nova_lite import exceptions
from nova_lite.api.microversions import MIN

QUERY = "query parameters"
_NO_QUERY = {"type": "object", "additionalProperties": False}
_checker = jsonschema.FormatChecker(formats=())


@_checker.checks("uuid")
def _is_uuid(value) -> bool:
    try:
        return not isinstance(value, str) or str(uuid.UUID(value)).replace("-", "") == value.lower().replace("-", "")
    except ValueError:
        return False


@_checker.checks("ipv4")
def _is_ipv4(value) -> bool:
    return not isinstance(value, str) or (_is_text(value) and netaddr.valid_ipv4(value))


@_checker.checks("ipv6")
def _is_ipv6(value) -> bool:
    return not isinstance(value, str) or (_is_text(value) and netaddr.valid_ipv6(value))


@_checker.checks("text")
def _is_text(value) -> bool:
    """What a database can be asked for: NUL is an error in PostgreSQL."""
    return not isinstance(value, str) or "\0" not in value


@_checker.checks("regex")
def _is_regex(value) -> bool:
    try:
        re.compile(value)
        return _is_text(value)
    except (re.error, TypeError, OverflowError, RecursionError):
        return False


@_checker.checks("date-time")
def _is_date_time(value) -> bool:
    try:
        timeutils.normalize_time(timeutils.parse_isotime(value))
        return True
    except (ValueError, OverflowError):
        return False


@_checker.checks("base64")
def _is_base64(value) -> bool:
    try:
        base64.decodebytes(value.encode("ascii")) if isinstance(value, str) else None
        return True
    except ValueError:
        return False


def _printable(char: str) -> bool:
    category = unicodedata.category(char)
    return category == "Zs" or category[0] not in "CZ"


@_checker.checks("printable")
def _is_printable(value) -> bool:
    return not isinstance(value, str) or all(map(_printable, value))


@_checker.checks("description")
def _is_description(value) -> bool:
    """Printable, over several lines."""
    return not isinstance(value, str) or all(_printable(char) or char in "\n\r\t" for char in value)


@_checker.checks("name")
def _is_name(value) -> bool:
    """Printable, no leading or trailing blank."""
    return not isinstance(value, str) or (_is_printable(value) and value == value.strip() and value != "")


def pick(schemas, version):
    """The schema of a version."""
    chosen = None
    for since, schema in schemas:
        if version >= since:
            chosen = schema
    if chosen is None:
        raise exceptions.NotFound()
    return chosen


def _number(value):
    """The number that a value or its text is; None if it is none."""
    if not isinstance(value, str):
        return value if isinstance(value, int | float) else None
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return None


def _bound(name: str):
    """``minimum`` and ``maximum`` count for a number that comes as a string, too."""
    def check_bound(validator, bound, value, schema):
        number = _number(value)
        if number is not None:
            yield from jsonschema.Draft4Validator.VALIDATORS[name](validator, bound, number, schema)
    return check_bound


_Validator = jsonschema.validators.extend(
    jsonschema.Draft4Validator, {name: _bound(name) for name in ("minimum", "maximum")})
_VALIDATORS: dict[int, jsonschema.Draft4Validator] = {}


def _validator(schema):
    found = _VALIDATORS.get(id(schema))
    if found is None:
        found = _VALIDATORS[id(schema)] = _Validator(schema, format_checker=_checker)
    return found


def _fail(error: jsonschema.ValidationError, what: str) -> None:
    if error.validator == "format" and error.validator_value == "name":
        raise exceptions.InvalidName()
    if error.path:
        # A query parameter's path ends in its place among its repetitions.
        key = error.path[0] if what == QUERY else error.path[-1]
        raise exceptions.ValidationError(f"Invalid input for {what} {key}. Value: {error.instance}. {error.message}")
    raise exceptions.ValidationError(error.message)


def check(schema, value, what: str = "field/attribute") -> None:
    """Raise ValidationError (400), in Nova's words, with the first thing that is wrong."""
    error = jsonschema.exceptions.best_match(_validator(schema).iter_errors(value))
    if error is not None:
        _fail(error, what)


def body(*schemas):
    """Decorator of a handler: the request's body must fit the version's schema; none is an empty object, unless the
    schema wants none."""
    def decorate(handler):
        @functools.wraps(handler)
        def wrapped(request):
            schema, value = pick(schemas, request.version), request.parsed_body
            check(schema, {} if value is None and schema.get("type") != "null" else value)
            return handler(request)
        wrapped.body_schemas = schemas
        return wrapped
    return decorate


def query(*schemas):
    """Decorator of a handler: query parameters, each a list of strings, must fit the version's schema.

    Parameters that the schema does not name are removed from ``request.GET`` where it allows them.
    """
    def decorate(handler):
        @functools.wraps(handler)
        def wrapped(request):
            schema = pick(schemas, request.version)
            if not request.query_string and "required" not in schema:
                return handler(request)
            try:
                values = request.GET.dict_of_lists()
            except UnicodeDecodeError:
                raise exceptions.Invalid("Query string is not UTF-8 encoded") from None
            check(schema, values, QUERY)
            if schema.get("additionalProperties", True):
                known = schema.get("properties", {})
                patterns = [re.compile(p) for p in schema.get("patternProperties", ())]
                for key in values:
                    if key not in known and not any(p.search(key) for p in patterns):
                        del request.GET[key]
            return handler(request)
        wrapped.query_schemas = schemas
        return wrapped
    return decorate


def check_no_query(request) -> None:
    """Parameters of a GET that knows none: ignored until 2.101, then an error (400)."""
    if request.version >= "2.102" and request.query_string:
        check(_NO_QUERY, request.GET.dict_of_lists(), QUERY)


@dataclasses.dataclass(frozen=True)
class Answer:
    """A good answer of a handler: its code, and its body's schemas (none: no body), within these microversions."""

    code: int
    schemas: tuple = ()
    min_version: str = MIN
    max_version: str | None = None

    def exists_at(self, version) -> bool:
        return version >= self.min_version and not (self.max_version and version > self.max_version)


def answer(code: int, schemas: tuple = (), min_version: str = MIN, max_version: str | None = None):
    """Decorator of a handler: declares an ``Answer``; nothing is checked in production."""
    def decorate(handler):
        handler.answers = (*getattr(handler, "answers", ()), Answer(code, schemas, min_version, max_version))
        return handler
    return decorate
