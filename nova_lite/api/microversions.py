"""Microversions: which one a request speaks, and the headers that say so.

Differences between versions stand in three places only: a route's ``min_version`` / ``max_version``,
the version at which a schema begins (``schemas``), and ``request.version >= "2.x"`` in a view.
"""
import functools
import re

import microversion_parse

from nova_lite import exceptions

MIN = "2.1"
# The highest version up to which every route that exists is right.  rest_api_version_history in doc/.
MAX = "2.104"
LEGACY_HEADER = "X-OpenStack-Nova-API-Version"
HEADER = "OpenStack-API-Version"
_HEADERS = (HEADER.lower(), LEGACY_HEADER.lower())
_FORM = re.compile(r"^([1-9]\d*)\.([1-9]\d*|0)$")


class VersionNotSupported(exceptions.NovaLiteError):
    code = 406
    message = "Version %(req_ver)s is not supported by the API. Minimum is %(min_ver)s and maximum is %(max_ver)s."


@functools.total_ordering
class APIVersion:
    """A version that compares by number (2.100 > 2.99), with another one or with a string."""

    __slots__ = ("pair",)

    def __init__(self, text: str):
        match = _FORM.match(text)
        if not match:
            raise exceptions.Invalid(f"API Version String {text} is of invalid format. Must be of format "
                                     "MajorNum.MinorNum.")
        self.pair = (int(match[1]), int(match[2]))

    def __eq__(self, other):
        return self.pair == _parsed(other).pair

    def __lt__(self, other):
        return self.pair < _parsed(other).pair

    def __ge__(self, other):                # asked ten times for each server of a list: not by way of __lt__
        return self.pair >= _parsed(other).pair

    def __hash__(self):
        return hash(self.pair)

    def __str__(self):
        return ".".join(map(str, self.pair))


@functools.lru_cache(maxsize=512)
def _from_text(text: str) -> APIVersion:
    return APIVersion(text)


def _parsed(value) -> APIVersion:
    return value if isinstance(value, APIVersion) else _from_text(value)


@functools.lru_cache(maxsize=256)
def _asked(header: str | None, legacy: str | None) -> str | None:
    headers = {name: text for name, text in zip(_HEADERS, (header, legacy), strict=True) if text is not None}
    return microversion_parse.get_version(headers, service_type="compute", legacy_headers=_HEADERS[1:])


def negotiate(headers) -> APIVersion:
    """The version that the request's headers ask for.

    Raises Invalid (400) when it cannot be parsed, VersionNotSupported (406) when it is out of range;
    the latter's ``fields["req_ver"]`` is what was asked for.
    """
    asked = _asked(headers.get(_HEADERS[0]), headers.get(_HEADERS[1]))
    if asked is None:
        return _from_text(MIN)
    if asked == "latest":
        return _from_text(MAX)
    version = _from_text(asked)
    if not _from_text(MIN) <= version <= _from_text(MAX):
        raise VersionNotSupported(req_ver=asked, min_ver=MIN, max_ver=MAX)
    return version


def response_headers(version) -> list[tuple[str, str]]:
    """The three headers that every answer carries."""
    return [(HEADER, f"compute {version}"), (LEGACY_HEADER, str(version)),
            ("Vary", HEADER), ("Vary", LEGACY_HEADER)]
