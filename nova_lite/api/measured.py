"""Counts and times the requests of a WSGI app, by the template of their route."""
import time

from nova_lite import metrics

# Key of the WSGI environ: whoever finds the route notes its template there.
ROUTE = "nova_lite.route_template"
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class Measured:
    """``application`` as ``service``'s.  A request without a route (wrong path, no good token) has the route "none"."""

    def __init__(self, application, service: str):
        self.application, self.service = application, service

    def __call__(self, environ, start_response):
        begun, method = time.monotonic(), environ.get("REQUEST_METHOD")
        method = method if method in _METHODS else "other"

        def started(status, headers, exc_info=None):
            route = environ.get(ROUTE, "none")
            metrics.REQUESTS.labels(self.service, method, route, status[:3]).inc()
            metrics.REQUEST_SECONDS.labels(self.service, method, route).observe(time.monotonic() - begun)
            return start_response(status, headers, exc_info)
        return self.application(environ, started)
