"""What is around the router.  Plain WSGI: a Request and a Response of webob's in each layer would cost 0.05 ms apiece.

oslo.middleware's own layers make them, so theirs are used only as far as they do not.
"""
import re

import webob
import webob.exc
from oslo_context import context
from oslo_middleware import http_proxy_to_wsgi, request_id, sizelimit

from nova_lite import health
from nova_lite.api import faults
from nova_lite.conf import CONF

HEALTH = (health.DATABASE, health.BROKER, health.SERVICES)
_ID = re.compile(request_id.ID_FORMAT)
_ID_HEADERS = (request_id.HTTP_RESP_HEADER_REQUEST_ID, "x-compute-request-id")


class Health:
    """``/healthcheck`` is answered here, before anything else looks at the request."""

    def __init__(self, app):
        self.app = app
        self.healthcheck = health.make_app(HEALTH, waits_for_broker=True)

    def __call__(self, environ, start_response):
        if environ.get("PATH_INFO") == "/healthcheck":
            return self.healthcheck(environ, start_response)
        return self.app(environ, start_response)


class RequestId:
    """The request's id, in the environ where oslo.middleware has it, and under both of the names that clients know."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        if _ID.match(given := environ.get("HTTP_X_OPENSTACK_REQUEST_ID", "")):
            environ[request_id.GLOBAL_REQ_ID] = given
        environ[request_id.ENV_REQUEST_ID] = own = context.generate_request_id()

        def started(status, headers, exc_info=None):
            return start_response(status, [*headers, *((name, own) for name in _ID_HEADERS)], exc_info)
        return self.app(environ, started)


class Proxied(http_proxy_to_wsgi.HTTPProxyToWSGI):
    """Believes a proxy's headers, where that is configured."""

    def __call__(self, environ, start_response):
        if self.oslo_conf.oslo_middleware.enable_proxy_headers_parsing:
            self.process_request(webob.Request(environ))
        return self.application(environ, start_response)


class Faults:
    """Whatever escapes from inside becomes an answer in Nova's shape."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        try:
            return self.app(environ, start_response)
        except Exception as error:
            return faults.response(error)(environ, start_response)


class Sized:
    """Nobody inside reads a body of more than [api] max_request_body_size bytes."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        most, length = CONF.api.max_request_body_size, environ.get("CONTENT_LENGTH") or ""
        if not length.isdecimal():
            environ["wsgi.input"] = sizelimit.LimitingReader(environ["wsgi.input"], most)
        elif int(length) > most:
            raise webob.exc.HTTPRequestEntityTooLarge(explanation=f"Request is too large. Larger than {most}.")
        return self.app(environ, start_response)
