"""How a request to an embedded service finds its handler, and how errors become the service's bodies.

A service is a route table, ``{path: {method: handler}}``, and a function that shapes its errors.  A
handler takes a Request and returns a webob Response, a JSON value (200), or (status, JSON value).
"""
import http
import json
import logging

import routes
import webob
import webob.dec
import webob.exc

from nova_lite import exceptions
from nova_lite.api import measured
from nova_lite.context import RequestContext
from nova_lite.embedded.errors import ApiError, bad_request, forbidden

LOG = logging.getLogger(__name__)
RETRY_AFTER = "5"               # seconds, beside a 503


class Request(webob.Request):
    """``args``: the variables of the path."""

    @property
    def args(self) -> dict:
        return self.environ["nova_lite.args"]

    @property
    def context(self) -> RequestContext:
        return self.environ["nova.context"]

    def document(self):
        """The JSON of the body.  Raises ApiError (400) also for text that no database keeps."""
        try:
            value = json.loads(self.body.decode())          # JSON is UTF-8, whatever a charset says
            text = json.dumps(value, ensure_ascii=False)
            text.encode()
        except (ValueError, RecursionError) as exc:
            raise bad_request("The body is not valid JSON.") from exc
        if "\\u0000" in text:
            raise bad_request("Text must not hold NUL characters.")
        return value

    def object(self, name: str | None = None) -> dict:
        """The JSON object of the body, or the one under ``name`` in it.  Raises ApiError (400)."""
        value = self.document()
        if name is not None:
            value = value.get(name) if isinstance(value, dict) else None
        if not isinstance(value, dict):
            raise bad_request(f"The body must hold an object '{name}'." if name else "The body must be an object.")
        return value


def no_content(_request=None) -> webob.Response:
    return webob.Response(status=204)


class Service:
    """The WSGI app of one route table.  ``fault(error) -> JSON value`` shapes its errors."""

    def __init__(self, name: str, route_table: dict, fault):
        self.name, self.routes, self.fault = name, route_table, fault
        self.mapper = routes.Mapper(controller_scan=None, explicit=True)
        for path in route_table:
            self.mapper.connect(None, path, path=path)
        self.mapper.create_regs()

    @webob.dec.wsgify(RequestClass=Request)
    def __call__(self, request: Request):
        try:
            return self._response(self._dispatch(request))
        except ApiError as error:
            return self._failure(error)
        except exceptions.NovaLiteError as error:
            return self._failure(ApiError(error.code, str(error)))
        except webob.exc.HTTPException as error:
            return self._failure(ApiError(error.code, error.detail or error.title))
        except (ConnectionError, webob.request.DisconnectionError):
            return self._failure(bad_request("The client went away."))
        except Exception:
            LOG.exception("%s: %s %s failed", self.name, request.method, request.path)
            return self._failure(ApiError(500, "An unexpected error prevented the server from fulfilling the request.",
                                          "HTTPInternalServerError"))

    def _dispatch(self, request: Request):
        try:
            path = request.path_info.rstrip("/") or "/"
            given = path + "".join(key + value for key, value in request.GET.items())
        except UnicodeDecodeError as exc:
            raise bad_request("The URL is not valid UTF-8.") from exc
        if "\0" in given:
            raise bad_request("The URL must not hold NUL characters.")
        match = self.mapper.match(path)
        if match is None:
            raise ApiError(404, "The resource could not be found.", "HTTPNotFound")
        route = match.pop("path")
        request.environ[measured.ROUTE] = f"/{self.name}{route}"
        methods = self.routes[route]
        handler = methods.get(request.method) or (methods.get("GET") if request.method == "HEAD" else None)
        if handler is None:
            raise ApiError(405, f"The method {request.method} is not allowed for this resource.",
                           "HTTPMethodNotAllowed",
                           {"Allow": ", ".join(methods)})
        _check_role(request)
        request.environ["nova_lite.args"] = match
        return handler(request)

    def _response(self, result) -> webob.Response:
        if isinstance(result, webob.Response):
            return result
        status, body = result if isinstance(result, tuple) else (200, result)
        return json_response(body, status)

    def _failure(self, error: ApiError) -> webob.Response:
        headers = {"Retry-After": RETRY_AFTER, **error.headers} if error.code == 503 else error.headers
        return json_response(self.fault(error), error.code, headers)


def _check_role(request: Request) -> None:
    """A reader reads, a member changes: today's Glance and Neutron.  Whose a thing is, the handlers ask.

    Raises ApiError (403).  Identity, which looks at tokens itself, and public paths have no context.
    """
    context = request.environ.get("nova.context")
    needed = "reader" if request.method in ("GET", "HEAD") else "member"
    if context is not None and not context.is_admin and needed not in context.roles:
        raise forbidden(f"The role {needed} is required.")


def json_response(body, status: int = 200, headers: dict | None = None) -> webob.Response:
    response = webob.Response(json.dumps(body).encode(), status=status, content_type="application/json")
    response.headers.update(headers or {})
    return response


def title(code: int) -> str:
    """The reason phrase of a status."""
    return http.HTTPStatus(code).phrase
