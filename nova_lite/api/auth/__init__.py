"""Who is the caller: one module a strategy, chosen by ``[api] auth_strategy``.

A strategy module has ``protect(app) -> WSGI app``: the app it returns lets a request through with a
RequestContext in ``environ["nova.context"]``, or answers 401 itself.  The compute API and the
embedded image and network services use it; nothing here looks at what the request wants.
"""
import importlib

from nova_lite.api.auth import protection

STRATEGIES = ("noauth2", "http_basic", "embedded", "keystone")


class AuthMiddleware:
    """``app`` behind a strategy; requests for ``public_paths`` (exact PATH_INFO) pass without a token.

    With ``accept_embedded`` a request that carries a good token of the embedded identity service is
    let in whatever the strategy is: nova-lite's own services always come with such tokens.
    Raises NovaLiteError when the strategy cannot be used as configured.
    """

    def __init__(self, app, strategy: str, public_paths=frozenset(), accept_embedded: bool = False):
        self.app = app
        self.public_paths = frozenset(public_paths)
        self.protected = _strategy(strategy).protect(app)
        if accept_embedded and strategy != "embedded":
            self.protected = protection.Protected(app, _strategy("embedded").identify, otherwise=self.protected)

    def __call__(self, environ, start_response):
        if environ.get("PATH_INFO", "") in self.public_paths:
            return self.app(environ, start_response)
        return self.protected(environ, start_response)


def middleware(app, strategy: str, public_paths=frozenset()) -> AuthMiddleware:
    """``app`` behind the strategy of this name."""
    return AuthMiddleware(app, strategy, public_paths)


def _strategy(name: str):
    if name not in STRATEGIES:
        raise ValueError(f"[api] auth_strategy {name}: choose one of {', '.join(STRATEGIES)}")
    return importlib.import_module(f"nova_lite.api.auth.{name}")
