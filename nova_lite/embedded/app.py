"""The embedded services as one WSGI app.  Served by nova-lite-embedded, and by the all-in-one process."""
from oslo_middleware import request_id

from nova_lite.api import measured
from nova_lite.api.auth import AuthMiddleware
from nova_lite.conf import CONF
from nova_lite.embedded.identity import routes as identity
from nova_lite.embedded.identity import tokens
from nova_lite.embedded.image import recovery
from nova_lite.embedded.image import routes as image
from nova_lite.embedded.network import routes as network
from nova_lite.embedded.service import json_response


class Mounts:
    """Apps by the first part of the path."""

    def __init__(self, apps: dict):
        self.apps = apps

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        prefix = "/" + path.lstrip("/").partition("/")[0]
        app = self.apps.get(prefix)
        if app is None:
            status = 200 if path in ("", "/") else 404
            return json_response({"services": sorted(self.apps)}, status)(environ, start_response)
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
        environ["PATH_INFO"] = path[len(prefix):]
        return app(environ, start_response)


def make_app():
    """The WSGI app.  Raises NovaLiteError when the auth strategy, key or image folder cannot be used.

    The database must have its tables by now: uploads that a crash cut off are put right here.
    """
    tokens.signing_key()
    recovery.recover()
    strategy = CONF.api.auth_strategy
    return measured.Measured(request_id.RequestId(Mounts({
        "/identity": identity.make_app(),
        "/image": AuthMiddleware(image.make_app(), strategy, image.PUBLIC_PATHS, accept_embedded=True),
        "/network": AuthMiddleware(network.make_app(), strategy, network.PUBLIC_PATHS, accept_embedded=True),
    })), "embedded")
