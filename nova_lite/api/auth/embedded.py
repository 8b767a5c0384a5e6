"""Tokens of nova-lite's own identity service: the signature is checked here, without a round trip."""
from nova_lite.api.auth import protection
from nova_lite.embedded.identity import tokens


def protect(app):
    """``app`` for callers with a token that is scoped to a project."""
    return protection.Protected(app, identify)


def identify(environ):
    """The context of the token's user; None without a good token."""
    value = environ.get("HTTP_X_AUTH_TOKEN", "")
    token = tokens.verify(value) if value else None
    if token is None or token.project_id is None:
        return None
    return protection.make_context(
        environ, user_id=token.user_id, user_name=token.user_name, user_domain_id="default",
        user_domain_name="Default", project_id=token.project_id, project_name=token.project_name,
        project_domain_id="default", project_domain_name="Default", roles=token.roles, auth_token=value)
