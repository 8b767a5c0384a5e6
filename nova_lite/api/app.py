"""The compute API as a WSGI app: middleware in one tuple, then the router.

``make_app`` is called once a process (an API worker, the all-in-one process, tests).
"""
import functools
import importlib
import json
import logging

import routes
import webob
import webob.exc
from oslo_utils import uuidutils

from nova_lite import exceptions
from nova_lite.api import auth, faults, layers, measured, microversions, policies, validation
from nova_lite.api.handlers import versions
from nova_lite.api.routes import ELSEWHERE, GONE, ROUTES, Elsewhere, Route
from nova_lite.api.wsgi import Request, Response
from nova_lite.conf import CONF
from nova_lite.context import working
from nova_lite.trace import now

LOG = logging.getLogger(__name__)
PUBLIC_PATHS = ("", "/", "/v2.1", "/v2.1/", "/v2", "/v2/")


def _load(handler: str):
    module, function = handler.split(":")
    return getattr(importlib.import_module(f"nova_lite.api.handlers.{module}"), function)


def _gone(_request):
    raise webob.exc.HTTPGone(explanation="This API has been removed.")


def _elsewhere(entry: Elsewhere, request):
    if request.version < entry.min_version or (entry.max_version and request.version > entry.max_version):
        return webob.exc.HTTPNotFound()
    raise webob.exc.HTTPNotImplemented(
        explanation=f"This cloud does not have this part of the compute API. {entry.why}")


class Router:
    """Finds the route, checks microversion, project and policy, calls the handler, serialises."""

    def __init__(self):
        self.mapper = routes.Mapper(register=False)
        self.mapper.minimization = False
        for index, route in enumerate(ROUTES):
            self._connect(route.path, route=index, handler=_load(route.handler), method=route.method)
        for method, path in GONE:
            self._connect(path, route=None, handler=_gone, method=method)
            if method is None:
                self._connect(path + "/{rest:.*}", route=None, handler=_gone, method=None)
        for entry in ELSEWHERE:
            for path in (entry.path, entry.path + "/{rest:.*}"):
                self._connect(path, route=None, handler=functools.partial(_elsewhere, entry), method=None)
        self.mapper.create_regs()

    def _connect(self, path, *, route, handler, method):
        conditions = {"method": [method]} if method else None
        for prefix in ("/v2.1", "/v2.1/{project_id:[0-9a-f-]+}"):
            self.mapper.connect(None, prefix + path, conditions=conditions, route_index=route, handler=handler,
                                action=None, controller=None)

    def __call__(self, environ, start_response):
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request) -> webob.Response:
        try:
            path = request.path_info
        except UnicodeDecodeError:
            path = "\0"
        if "\0" in path:            # no name of anything, and PostgreSQL will not even be asked
            return faults.response(exceptions.Invalid("Malformed request URL"))
        if path.rstrip("/") in ("", "/v2.1", "/v2"):
            return versions.answer(request)
        if not path.startswith(("/v2/", "/v2.1/")):
            return versions.choices(request)
        try:
            request.environ["nova_lite.version"] = version = microversions.negotiate(request.headers)
        except microversions.VersionNotSupported as error:
            return self._labelled(faults.response(error), error.fields["req_ver"])
        except (exceptions.Invalid, TypeError, ValueError) as error:
            return faults.response(exceptions.Invalid(str(error)))
        with working(request.context):
            try:
                answer = self._dispatch(request)
            except Exception as error:
                answer = faults.response(error)
        return self._labelled(answer, version)

    @staticmethod
    def _labelled(answer, version):
        for name, value in microversions.response_headers(version):
            answer.headers.add(name, value)
        return answer

    def _dispatch(self, request):
        match = self.mapper.match(request.path_info, request.environ)     # WSGI's own is not UTF-8 yet
        if match is None:
            return webob.exc.HTTPNotFound()
        handler = match.pop("handler")
        index, project = match.pop("route_index"), match.pop("project_id", None)
        match.pop("action", None), match.pop("controller", None)
        if index is None:
            return handler(request)
        route: Route = ROUTES[int(index)]
        request.environ["nova_lite.route"] = route
        if request.version < route.min_version or (route.max_version and request.version > route.max_version):
            return webob.exc.HTTPNotFound()
        request.environ[measured.ROUTE] = route.path
        context = request.context
        context.began = now()
        if uuidutils.is_uuid_like(server := match.get("server_id")):
            context.resource_uuid = server                  # for the log, here and where messages take it
        if project and project != context.project_id:
            raise exceptions.Invalid(f"Malformed request URL: URL's project_id '{project}' doesn't match "
                                     f"Context's project_id '{context.project_id}'")
        request.environ["nova_lite.url_project"] = project
        request.environ["nova_lite.path_args"] = match
        policies.check(context, route.policy)
        if request.method == "GET" and not route.any_query and not hasattr(handler, "query_schemas"):
            validation.check_no_query(request)
        return serialise(handler(request))


def serialise(result) -> webob.Response:
    """A handler's dict or Response as an HTTP answer."""
    if isinstance(result, dict):
        result = Response(200, result)
    body = b"" if result.body is None else json.dumps(result.body).encode()
    headers = [("Content-Length", str(len(body))), *result.headers.items()]
    if result.body is not None:
        headers.append(("Content-Type", "application/json"))
    return webob.Response(status=result.status, headerlist=headers, app_iter=[body])


# Innermost last.  The id before what answers requests, so that every answer has it; the proxy's headers before anything
# looks at the URL; faults before auth, so that an error in there is in shape too.
MIDDLEWARE = (
    layers.Health,
    lambda app: measured.Measured(app, "api"),
    layers.RequestId,
    layers.Proxied,
    layers.Faults,
    layers.Sized,
    lambda app: auth.AuthMiddleware(app, CONF.api.auth_strategy, public_paths=PUBLIC_PATHS),
)


@functools.cache
def router() -> Router:
    """All routes' patterns: the same for every app, and for the workers that are forked of a process that has it."""
    return Router()


def make_app():
    """The whole pipeline."""
    app = router()
    for middleware in reversed(MIDDLEWARE):
        app = middleware(app)
    return app
