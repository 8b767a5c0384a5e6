"""A request and an answer, as handlers see them."""
import dataclasses
import functools
import json
import math
import urllib.parse

import webob

from nova_lite import exceptions
from nova_lite.api.microversions import APIVersion
from nova_lite.conf import CONF
from nova_lite.context import RequestContext

JSON_TYPES = ("application/json", "application/vnd.openstack.compute+json")


def _no_number(name: str):
    """NaN and the infinities: Python reads them, JSON has none."""
    raise ValueError(name)


def _finite(text: str) -> float:
    """What overflows becomes an infinity in Python, too."""
    if not math.isfinite(value := float(text)):
        raise ValueError(text)
    return value


class UnsupportedMediaType(exceptions.NovaLiteError):
    code = 415
    message = "Unsupported Content-Type"


_quoted = functools.lru_cache(maxsize=4096)(urllib.parse.quote)


@dataclasses.dataclass(frozen=True)
class Response:
    """What a handler returns when it is not a plain dict with code 200.  ``body`` None: no body at all."""

    status: int = 200
    body: dict | None = None
    headers: dict = dataclasses.field(default_factory=dict)


class Request(webob.Request):
    """``context``, ``version`` and ``path_args`` are set by the app before a handler is called."""

    @property
    def context(self) -> RequestContext:
        return self.environ["nova.context"]

    @property
    def version(self) -> APIVersion:
        return self.environ["nova_lite.version"]

    @property
    def path_args(self) -> dict[str, str]:
        """The route's variables, without ``project_id``."""
        return self.environ["nova_lite.path_args"]

    @functools.cached_property
    def parsed_body(self):
        """The JSON body; None when there is none.  Raises 415 or 400."""
        if not self.body:
            return None
        if self.content_type not in ("", *JSON_TYPES):
            raise UnsupportedMediaType()
        try:
            # Given bytes, json would take UTF-16 too, and halves of surrogate pairs.
            text = self.body.decode()
            value = json.loads(text, parse_constant=_no_number, parse_float=_finite)
            if "\\ud" in text.lower():
                # Half of a surrogate pair is a str of Python's, but no text: a database would choke on it.
                json.dumps(value, ensure_ascii=False).encode()
            return value
        except (ValueError, RecursionError):
            raise exceptions.Invalid("Malformed request body") from None

    def action(self, known) -> tuple[str, object]:
        """The one key of an action's body, and its value.  Raises Invalid (400) unless it is one of ``known``."""
        body = self.parsed_body
        if not isinstance(body, dict) or len(body) != 1:
            raise exceptions.Invalid("Malformed request body")
        [(key, value)] = body.items()
        if key not in known:
            raise exceptions.Invalid(f"There is no such action: {key}")
        return key, value

    # -- links ------------------------------------------------------------------------------
    @functools.cached_property
    def base_url(self) -> str:
        """``http://host:port``: compute_link_prefix, or the request's own (behind a proxy: the proxy's)."""
        return (CONF.api.compute_link_prefix or self.application_url).rstrip("/")

    @property
    def _project(self) -> str:
        project = self.environ.get("nova_lite.url_project")
        return f"/{project}" if project else ""

    def self_link(self, collection: str, identifier: str) -> str:
        """The versioned URL of one thing; with the project only if the request's URL had it."""
        return f"{self.base_url}/v2.1{self._project}/{collection}/{_quoted(identifier)}"

    def links(self, collection: str, identifier: str) -> list[dict]:
        return [{"rel": "self", "href": self.self_link(collection, identifier)},
                {"rel": "bookmark", "href": self.bookmark(collection, identifier)}]

    def bookmark(self, collection: str, identifier: str) -> str:
        return f"{self.base_url}{self._project}/{collection}/{_quoted(identifier)}"

    def next_link(self, marker: str) -> dict:
        """The link to the page after ``marker``, with this request's other parameters."""
        query = [(k, v) for k, v in self.GET.items() if k != "marker"] + [("marker", marker)]
        return {"rel": "next", "href": f"{self.base_url}{self.path_info}?{urllib.parse.urlencode(query)}"}

    # -- paging ------------------------------------------------------------------------------
    def limit(self) -> int:
        """The ``limit`` of a list, cut at [api] max_limit; negative or not a number: 400."""
        return min(self._natural("limit", CONF.api.max_limit), CONF.api.max_limit)

    def window(self) -> tuple[int, int]:
        """(limit, offset) of a list that is paged by ``offset``; a limit of 0 is the largest there."""
        return self.limit() or CONF.api.max_limit, self._natural("offset", 0)

    def _natural(self, name: str, default: int) -> int:
        text = self.GET.get(name)
        if text is None:
            return default
        try:
            value = int(text)
        except ValueError:
            raise exceptions.Invalid(f"{name} param must be an integer") from None
        if value < 0:
            raise exceptions.Invalid(f"{name} param must be positive")
        return value
