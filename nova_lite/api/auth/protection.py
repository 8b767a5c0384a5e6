"""What the strategies share: the 401 answer, and a request's context.  Called by the strategies only."""
import json
from collections.abc import Callable, Iterable

from nova_lite import exceptions, service_auth
from nova_lite.conf import CONF
from nova_lite.context import RequestContext

# Keystone's implied roles: who has the first has the others.
IMPLIED = {"admin": ("manager", "member", "reader"), "manager": ("member", "reader"), "member": ("reader",)}
MESSAGE = "The request you have made requires authentication."


def with_implied(roles: Iterable[str]) -> list[str]:
    """The roles and those they imply, without doubles, sorted."""
    return sorted({implied for role in roles for implied in (role, *IMPLIED.get(role, ()))})


def make_context(environ, **fields) -> RequestContext:
    """A context with the ids that the outer request-id middleware put into ``environ``."""
    fields["roles"] = with_implied(fields.get("roles", ()))
    return RequestContext(overwrite=False, request_id=environ.get("openstack.request_id"),
                          global_request_id=environ.get("openstack.global_request_id"), **fields)


def keystone_challenge() -> str:
    """Where a client can get a token: keystonemiddleware's WWW-Authenticate."""
    identity = CONF.service_user.auth_url.removesuffix("/v3") or (
        (CONF.embedded.public_url.rstrip("/") or service_auth.embedded_url()) + "/identity")
    return f'Keystone uri="{identity}"'


class Protected:
    """``app`` for callers whom ``identify(environ)`` knows; it returns None for the others, and they are
    answered 401, or by ``otherwise``, another WSGI app."""

    def __init__(self, app, identify: Callable, challenge: Callable[[], str] = keystone_challenge, otherwise=None):
        self.app, self.identify, self.challenge, self.otherwise = app, identify, challenge, otherwise

    def __call__(self, environ, start_response):
        try:
            context = self.identify(environ)
        except exceptions.ServiceUnavailable as exc:
            return _answer(start_response, "503 Service Unavailable", str(exc), [("Retry-After", "1")])
        if context is None and self.otherwise is not None:
            return self.otherwise(environ, start_response)
        if context is None:
            return _answer(start_response, "401 Unauthorized", MESSAGE, [("WWW-Authenticate", self.challenge())])
        environ["nova.context"] = context
        return self.app(environ, start_response)


def _answer(start_response, status: str, message: str, headers: list):
    code, title = status.split(" ", 1)
    body = json.dumps({"error": {"code": int(code), "title": title, "message": message}}).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers])
    return [body]
