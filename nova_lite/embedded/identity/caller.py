"""Who asks the identity service, and what they may see.  Called by the handlers."""
from nova_lite.api.auth import protection
from nova_lite.embedded.errors import forbidden
from nova_lite.embedded.identity import tokens
from nova_lite.embedded.identity.authenticate import unauthorized
from nova_lite.embedded.service import Request


def caller(request: Request) -> tokens.Token:
    """The token of X-Auth-Token.  Raises ApiError (401)."""
    token = tokens.verify(request.headers.get("X-Auth-Token", ""))
    if token is None:
        error = unauthorized()
        error.headers["WWW-Authenticate"] = protection.keystone_challenge()
        raise error
    return token


def is_admin(token: tokens.Token) -> bool:
    return "admin" in token.roles


def admin(request: Request) -> tokens.Token:
    """The caller's token if it is an admin's.  Raises ApiError (401, 403)."""
    token = caller(request)
    if not is_admin(token):
        raise forbidden()
    return token


def admin_or_self(request: Request, user_id: str | None) -> tokens.Token:
    """The caller's token if it is an admin's or that user's own.  Raises ApiError (401, 403)."""
    token = caller(request)
    if not is_admin(token) and token.user_id != user_id:
        raise forbidden()
    return token
