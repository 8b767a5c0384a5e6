"""Who may go where: from what a browser sends to the host that has the console now.

The token's row says what it was made for.  Where that is now the server's host says at each connection: a port that it
had then may be another guest's by now.
"""
import http.cookies
import urllib.parse
from collections.abc import Mapping

from nova_lite import exceptions
from nova_lite.compute.rpcapi import ComputeAPI
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.db import console_tokens, instances, session
from nova_lite.models import ConsoleEndpoint


def token_of(path: str, headers: Mapping[str, str]) -> str | None:
    """Of the URL's query, of a path in it (noVNC's), or of a cookie."""
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
    if "path" in query:
        query = {**urllib.parse.parse_qs(urllib.parse.urlsplit(query["path"][0]).query), **query}
    if "token" in query:
        return query["token"][0]
    try:
        cookie = http.cookies.SimpleCookie(headers.get("Cookie", "")).get("token")
    except http.cookies.CookieError:
        return None
    return cookie.value if cookie else None


def origin_is_allowed(headers: Mapping[str, str]) -> bool:
    """Whether the page that opens the websocket is the proxy's own or an allowed one: a browser would let any page use
    a token that is in a cookie.  What is no browser sends no origin."""
    origin = headers.get("Origin")
    if origin is None:
        return True
    asked = urllib.parse.urlsplit(f"//{headers.get('Host', '')}").hostname
    try:
        found = urllib.parse.urlsplit(origin)
        return found.scheme in ("http", "https") and found.hostname in (asked, *CONF.console.allowed_origins)
    except ValueError:
        return False


def target(token: str | None, console_type: str, protocol: str) -> ConsoleEndpoint:
    """Where the console is.  Raises NotFound when the token leads nowhere (any more), what the host says
    (InstanceNotReady …), and ServiceUnavailable."""
    with session.reader() as connection:
        granted = console_tokens.find(connection, token or "")
        if granted is None or granted.console_type != console_type:
            raise exceptions.NotFound("Token not found")
        instance = instances.get(connection, granted.instance_uuid)
    if instance.host is None:
        raise exceptions.InstanceNotReady(instance_id=instance.uuid)
    return ComputeAPI().get_console(admin_context(), instance, protocol)
