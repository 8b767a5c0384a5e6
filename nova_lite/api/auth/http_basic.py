"""User and password of the HTTP Basic header, checked by oslo.middleware against an htpasswd file.

Every user is a member of the project named like the user; ``admin`` has the role admin.
"""
import hashlib
import hmac
import os
import secrets
import threading
import time

import bcrypt
import webob.exc
from oslo_middleware import basic_auth
from oslo_middleware import exceptions as middleware_exc

from nova_lite import exceptions
from nova_lite.api.auth import protection
from nova_lite.conf import CONF

REMEMBER = 60           # seconds a checked password is believed: one bcrypt check costs 50 ms or more
_MOST_REMEMBERED = 1000
_DUMMY = bcrypt.hashpw(b"", bcrypt.gensalt(10))


def protect(app):
    """Raises NovaLiteError when the file cannot be read or holds other than bcrypt hashes."""
    path = CONF.api.http_basic_auth_user_file
    try:
        basic_auth.validate_auth_file(path)
    except (middleware_exc.ConfigInvalid, webob.exc.HTTPException) as exc:
        raise exceptions.NovaLiteError(f"[api] http_basic_auth_user_file {path}: {_text(exc)}") from exc
    return protection.Protected(app, Checker(path).identify, lambda: 'Basic realm="nova-lite"')


def _text(exc) -> str:
    if isinstance(exc.__context__, OSError):            # oslo.middleware's own text has a placeholder left in it
        return exc.__context__.strerror
    return str(getattr(exc, "detail", None) or exc)


class Checker:
    """Checks headers against one file and remembers good ones, by a keyed digest, until the file changes."""

    def __init__(self, path: str):
        self.path = path
        self._key = secrets.token_bytes(32)
        self._good: dict[bytes, float] = {}
        self._version = None
        self._lock = threading.Lock()

    def identify(self, environ):
        """The context of the header's user, or None."""
        header = environ.get("HTTP_AUTHORIZATION", "")
        try:
            user, password = basic_auth.parse_token(basic_auth.parse_header({"HTTP_AUTHORIZATION": header}))
        except webob.exc.HTTPException:
            return None
        if not user or not self._check(header, user, password):
            return None
        return protection.make_context(environ, user_id=user, project_id=user, user_name=user, project_name=user,
                                       roles=["admin"] if user == "admin" else ["member"])

    def _check(self, header: str, user: str, password: bytes) -> bool:
        try:
            version = os.stat(self.path).st_mtime_ns
        except OSError as exc:
            raise exceptions.ServiceUnavailable(
                f"[api] http_basic_auth_user_file {self.path}: {exc.strerror}") from exc
        digest = hmac.digest(self._key, header.encode(), hashlib.sha256)
        now = time.monotonic()
        with self._lock:
            if version != self._version:
                self._good, self._version = {}, version
            if self._good.get(digest, 0) > now:
                return True
        if not self._matches(user, password):
            return False
        with self._lock:
            if len(self._good) >= _MOST_REMEMBERED:
                self._good.clear()
            self._good[digest] = now + REMEMBER
        return True

    def _matches(self, user: str, password: bytes) -> bool:
        entry = self._entry(user)
        try:
            if entry is None:
                bcrypt.checkpw(password[:72], _DUMMY)       # an unknown user costs as long as a known one
                return False
            basic_auth.auth_entry(entry, password)
            return True
        except (ValueError, webob.exc.HTTPException):       # ValueError: bcrypt takes at most 72 bytes
            return False

    def _entry(self, user: str) -> str | None:
        with open(self.path, encoding="utf-8") as source:
            return next((line.strip() for line in source if line.startswith(user + ":")), None)
