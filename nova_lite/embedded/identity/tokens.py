"""Signed, expiring tokens that carry user, project and roles.

``verify`` is what the API calls at each request: a signature check and a look at the revocations
that this process holds in memory, no round trip.
"""
import dataclasses
import os
import secrets
import threading
import time
import uuid

import jwt

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.embedded import private_file
from nova_lite.embedded.identity import revocations

ALGORITHM = "HS256"
_KEY_BYTES = 32
_MOST_LENGTH = 8192
_lock = threading.Lock()
_key: tuple = (None, b"")
_MOST_KNOWN = 1000
_known: dict[tuple[bytes, str], "Token"] = {}           # what a key's signature was found good on


@dataclasses.dataclass(frozen=True)
class Token:
    """Times in seconds since 1970.  ``project_id`` None: unscoped.  ``roles`` as granted."""

    user_id: str
    user_name: str
    methods: tuple[str, ...]
    project_id: str | None = None
    project_name: str | None = None
    roles: tuple[str, ...] = ()
    application_credential_id: str | None = None
    unrestricted: bool = True
    issued_at: float = 0.0
    expires_at: float = 0.0
    id: str = ""


# Short claim names: the token travels in a header with each request.
_CLAIMS = {"user_id": "sub", "user_name": "un", "methods": "m", "project_id": "p", "project_name": "pn", "roles": "r",
           "application_credential_id": "ac", "unrestricted": "u", "issued_at": "iat", "expires_at": "exp", "id": "jti"}


def signing_key() -> bytes:
    """The key of [embedded] token_key_file, made when missing.  Raises ServiceUnavailable."""
    global _key
    path = CONF.embedded.token_key_file
    try:
        try:
            status = os.stat(path)
        except FileNotFoundError:
            private_file.create(path, secrets.token_hex(_KEY_BYTES).encode())
            status = os.stat(path)
        version = (path, status.st_ino, status.st_mtime_ns)
        with _lock:
            if _key[0] == version:
                return _key[1]
        with open(path, "rb") as source:
            key = source.read().strip()
    except OSError as exc:
        raise exceptions.ServiceUnavailable(f"[embedded] token_key_file {path}: {exc.strerror}") from exc
    if len(key) < _KEY_BYTES:
        raise exceptions.ServiceUnavailable(f"[embedded] token_key_file {path} holds less than {_KEY_BYTES} bytes")
    with _lock:
        _key = (version, key)
    return key


def issue(token: Token) -> tuple[str, Token]:
    """The signed text, and the token with its id and times; an expiry that it has already is kept."""
    now = time.time()
    token = dataclasses.replace(token, id=uuid.uuid4().hex, issued_at=now,
                                expires_at=token.expires_at or now + CONF.embedded.token_lifetime)
    claims = {claim: getattr(token, field) for field, claim in _CLAIMS.items()}
    return jwt.encode(claims, signing_key(), algorithm=ALGORITHM), token


def verify(value: str) -> Token | None:
    """The token, or None for one that is forged, expired or revoked.  Raises ServiceUnavailable."""
    if len(value) > _MOST_LENGTH or value.count(".") != 2:
        return None
    key = signing_key()
    token = _known.get((key, value)) or _read(key, value)
    if token is None:
        return None
    keys = [token.id, _user_key(token.user_id), _credential_key(token.application_credential_id)]
    # jwt looks at whole seconds only.
    if token.expires_at <= time.time() or revocations.is_revoked(keys, token.issued_at):
        return None
    return token


def _read(key: bytes, value: str) -> Token | None:
    """What a token says, if the signature is good; clients send the same one again and again."""
    try:
        claims = jwt.decode(value, key, algorithms=[ALGORITHM], options={"require": ["exp", "iat", "jti", "sub"]})
        fields = {field: claims.get(claim) for field, claim in _CLAIMS.items()}
        token = Token(**{**fields, "methods": tuple(fields["methods"]), "roles": tuple(fields["roles"])})
    except (jwt.PyJWTError, TypeError, ValueError):
        return None
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    _known[key, value] = token
    return token


def _user_key(user_id: str) -> str:
    return f"user:{user_id}"


def _credential_key(credential_id: str | None) -> str:
    return f"credential:{credential_id}"


def revoke(token: Token) -> None:
    """From now on (elsewhere: within revocations.REFRESH seconds) the token is refused."""
    revocations.add(token.id, token.expires_at)


def revoke_user(user_id: str) -> None:
    """All tokens that the user has now are refused: a new password, a lost role."""
    revocations.add(_user_key(user_id), time.time() + CONF.embedded.token_lifetime)


def revoke_credential(credential_id: str) -> None:
    """All tokens made with an application credential are refused: it was deleted."""
    revocations.add(_credential_key(credential_id), time.time() + CONF.embedded.token_lifetime)
