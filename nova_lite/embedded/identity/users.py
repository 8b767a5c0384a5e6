"""The users file: who there is, what they may do where.  Edited by nova-lite-manage, by admins through the API and by
users' own application credentials; read anew by every process when it changes.

Values are frozen; an edit makes a new ``Directory`` and replaces the whole file under a lock.
"""
import dataclasses
import datetime
import os
import re
import threading
import uuid
from collections.abc import Callable

import bcrypt
import yaml

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.embedded import private_file

SERVICE_USER = "nova"                   # who the cloud's own services are
ROLES = ("admin", "manager", "member", "reader", "service")
# 2**10 rounds take about 50 ms: what OWASP asks for at least, and all that one more start can bear.
BCRYPT_ROUNDS = 10
BCRYPT_MOST_BYTES = 72
_DUMMY_HASH = bcrypt.hashpw(b"nobody", bcrypt.gensalt(BCRYPT_ROUNDS)).decode()
MOST_USER_NAME = 255                    # Keystone's; all other names have 64
_NAME = re.compile(r"^[^\x00-\x1f\x7f]+$")


@dataclasses.dataclass(frozen=True)
class User:
    """``password_hash`` None: no password lets them in.  ``extra``: what else a client keeps with a user."""

    id: str
    name: str
    password_hash: str | None
    enabled: bool = True
    default_project_id: str | None = None
    extra: dict = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Project:
    id: str
    name: str
    enabled: bool = True
    description: str = ""


@dataclasses.dataclass(frozen=True)
class Grant:
    """The roles of a user in a project, as given (without those they imply)."""

    user_id: str
    project_id: str
    roles: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class ApplicationCredential:
    """``expires_at``: ISO 8601 UTC without a zone, or None."""

    id: str
    name: str
    user_id: str
    project_id: str
    roles: tuple[str, ...]
    secret_hash: str
    description: str = ""
    expires_at: str | None = None
    unrestricted: bool = False

    @property
    def expired(self) -> bool:
        now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        return self.expires_at is not None and datetime.datetime.fromisoformat(self.expires_at) <= now


_KINDS = {"users": User, "projects": Project, "grants": Grant, "application_credentials": ApplicationCredential}


@dataclasses.dataclass(frozen=True)
class Directory:
    """All of the file."""

    users: tuple[User, ...] = ()
    projects: tuple[Project, ...] = ()
    grants: tuple[Grant, ...] = ()
    application_credentials: tuple[ApplicationCredential, ...] = ()

    def find(self, kind: str, **wanted):
        """The first of ``users``, ``projects`` ... whose fields all have these values, or None."""
        return next(iter(self.all(kind, **wanted)), None)

    def all(self, kind: str, **wanted) -> list:
        return [item for item in getattr(self, kind)
                if all(getattr(item, field) == value for field, value in wanted.items())]

    def roles(self, user_id: str, project_id: str) -> tuple[str, ...]:
        grant = self.find("grants", user_id=user_id, project_id=project_id)
        return grant.roles if grant else ()

    def projects_of(self, user_id: str) -> list[Project]:
        """Where the user has any role."""
        ids = {grant.project_id for grant in self.all("grants", user_id=user_id)}
        return [project for project in self.projects if project.id in ids]

    def put(self, kind: str, item, same=("id",)) -> "Directory":
        """A copy with ``item`` in place of the one that has the same fields ``same``, or added."""
        kept = [old for old in getattr(self, kind) if any(getattr(old, f) != getattr(item, f) for f in same)]
        return dataclasses.replace(self, **{kind: (*kept, item)})

    def without(self, kind: str, **fields) -> "Directory":
        gone = self.all(kind, **fields)
        return dataclasses.replace(self, **{kind: tuple(item for item in getattr(self, kind) if item not in gone)})


def hash_secret(secret: str) -> str:
    """Raises Invalid for what bcrypt cannot take."""
    if not secret or len(secret.encode()) > BCRYPT_MOST_BYTES or "\0" in secret:
        raise exceptions.Invalid(f"A password or secret has 1 to {BCRYPT_MOST_BYTES} bytes")
    return bcrypt.hashpw(secret.encode(), bcrypt.gensalt(BCRYPT_ROUNDS)).decode()


def check_secret(secret, hashed: str | None) -> bool:
    """Whether they match; takes as long when there is no such user (``hashed`` None)."""
    usable = isinstance(secret, str) and 0 < len(secret.encode()) <= BCRYPT_MOST_BYTES
    matches = bcrypt.checkpw(secret.encode() if usable else b"-", (hashed or _DUMMY_HASH).encode())
    return matches and usable and hashed is not None


def new_id() -> str:
    """Keystone's ids are uuids without dashes."""
    return uuid.uuid4().hex


def check_name(name, most: int = 64) -> str:
    """Raises Invalid unless it can be the name of a user, project or credential."""
    if not isinstance(name, str) or len(name) > most or not _NAME.match(name) or name != name.strip():
        raise exceptions.Invalid(f"A name has 1 to {most} printable characters and no blank at its ends")
    return name


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_lock = threading.Lock()
_cached: tuple = (None, Directory())


def load() -> Directory:
    """What the file holds now; an empty Directory when there is none.  Raises ServiceUnavailable when
    it cannot be read or is not what it should be."""
    global _cached
    path = CONF.embedded.users_file
    try:
        status = os.stat(path)
        version = (path, status.st_ino, status.st_mtime_ns, status.st_size)
        with _lock:
            if _cached[0] == version:
                return _cached[1]
        with open(path, encoding="utf-8") as source:
            # either loader is a safe one
            directory = _parse(yaml.load(source, Loader=_LOADER))       # nosec B506
    except FileNotFoundError:
        return Directory()
    except (OSError, yaml.YAMLError, TypeError, ValueError, AttributeError) as exc:
        reason = " ".join(str(exc).split())
        raise exceptions.ServiceUnavailable(f"[embedded] users_file {path} cannot be used: {reason}") from exc
    with _lock:
        _cached = (version, directory)
    return directory


def _parse(content) -> Directory:
    lists = {}
    for kind, cls in _KINDS.items():
        lists[kind] = tuple(cls(**{key: tuple(value) if key == "roles" else value for key, value in item.items()})
                            for item in (content or {}).get(kind) or ())
    return Directory(**lists)


def edit(change: Callable[[Directory], Directory]) -> Directory:
    """Replace the file's content by ``change(content)``; one editor at a time.  What ``change`` raises
    leaves the file as it is."""
    path = CONF.embedded.users_file
    with private_file.locked(path):
        old = load()
        new = change(old)
        if new != old:
            content = {kind: [{key: list(value) if isinstance(value, tuple) else value
                               for key, value in dataclasses.asdict(item).items()} for item in getattr(new, kind)]
                       for kind in _KINDS}
            text = "# Edited by 'nova-lite-manage user'; read again when it changes.\n" + yaml.safe_dump(
                content, sort_keys=False)
            private_file.write(path, text.encode())
    return new
