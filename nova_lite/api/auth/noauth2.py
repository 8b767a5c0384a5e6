"""Believes the client, as Nova's noauth2 did: ``X-Auth-Token: user:project``.  For labs, on loopback only.

The user ``admin`` has the role admin.  ``notused``, the token of the clients' ``none`` plugin, is
admin's.  Without a token the project id of the URL is believed; without that the answer is 401, so
that a web page open in a browser of the same machine cannot order anything by a plain form.
"""
import ipaddress
import re

from nova_lite import exceptions
from nova_lite.api.auth import protection
from nova_lite.conf import CONF

_PROJECT_PATH = re.compile(r"^(?:/v2(?:\.1)?)?/(?P<project>[0-9a-f]{32}|[0-9a-f-]{36})/")


def protect(app):
    """Raises NovaLiteError unless all that believes clients listens on loopback."""
    for option, address in (("[api] listen", CONF.api.listen), ("[embedded] listen", CONF.embedded.listen)):
        if not _is_loopback(address):
            raise exceptions.NovaLiteError(
                f"[api] auth_strategy noauth2 is for loopback only, and {option} is {address}")
    return protection.Protected(app, identify)


def identify(environ):
    """The context of whoever the client says it is; None if it says nothing."""
    token = environ.get("HTTP_X_AUTH_TOKEN", "")
    if token == "notused":
        token = "admin:admin"
    if not token:
        in_path = _PROJECT_PATH.match(environ.get("PATH_INFO", ""))
        if in_path is None:
            return None
        token = in_path["project"]
    user, _, project = token.partition(":")
    if not user:
        return None
    project = project or user
    if max(len(user), len(project)) > 255:
        return None
    return protection.make_context(environ, user_id=user, project_id=project, user_name=user, project_name=project,
                                   auth_token=environ.get("HTTP_X_AUTH_TOKEN"),
                                   roles=["admin"] if user == "admin" else ["member"])


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
