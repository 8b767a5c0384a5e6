"""Tokens of Keystone, checked by keystonemiddleware as its section of the config file says."""
from nova_lite import exceptions
from nova_lite.api.auth import protection
from nova_lite.conf import CONF


def protect(app):
    """Raises NovaLiteError when keystonemiddleware is not installed."""
    try:
        from keystonemiddleware import auth_token
    except ImportError as exc:
        raise exceptions.NovaLiteError(
            "[api] auth_strategy keystone needs keystonemiddleware: pip install nova-lite[keystone]") from exc
    return auth_token.AuthProtocol(HeaderContext(app), {"oslo_config_config": CONF})


class HeaderContext:
    """Makes the context out of the headers that keystonemiddleware sets (it removes a client's own)."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        get = environ.get
        environ["nova.context"] = protection.make_context(
            environ, user_id=get("HTTP_X_USER_ID"), user_name=get("HTTP_X_USER_NAME"),
            user_domain_id=get("HTTP_X_USER_DOMAIN_ID"), user_domain_name=get("HTTP_X_USER_DOMAIN_NAME"),
            project_id=get("HTTP_X_PROJECT_ID"), project_name=get("HTTP_X_PROJECT_NAME"),
            project_domain_id=get("HTTP_X_PROJECT_DOMAIN_ID"), project_domain_name=get("HTTP_X_PROJECT_DOMAIN_NAME"),
            roles=[role.strip() for role in get("HTTP_X_ROLES", "").split(",") if role.strip()],
            auth_token=get("HTTP_X_AUTH_TOKEN"))
        return self.app(environ, start_response)
