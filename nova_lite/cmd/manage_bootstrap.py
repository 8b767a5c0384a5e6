"""nova-lite-manage bootstrap: the first users, keys and passwords of the embedded identity service."""
import contextlib
import dataclasses
import os
import pathlib
import secrets
import string

import yaml

from nova_lite.conf import CONF
from nova_lite.embedded import private_file
from nova_lite.embedded.identity import tokens, users

# user -> (project, roles); nova is the services' own.
FIRST_USERS = {"admin": ("admin", ("admin",)), "demo": ("demo", ("member",)),
               users.SERVICE_USER: ("service", ("admin", "service"))}


def register(subparsers) -> None:
    """The command's arguments; its handler takes them and returns the exit code."""
    parser = subparsers.add_parser("bootstrap", help="make the first users, the token key and the service password; "
                                                     "run again it changes nothing")
    parser.add_argument("--admin-password", help="password of user admin (default: a random one, kept if there is one)")
    parser.add_argument("--demo-password", help="password of user demo (the same)")
    parser.set_defaults(handler=_run)


def _run(args) -> int:
    known = bootstrap(args.admin_password, args.demo_password)
    print(f"users admin, demo and nova are in {CONF.embedded.users_file}")
    if known:
        print(f"passwords of {' and '.join(sorted(known))} are in {passwords_file()}")
    return 0


def passwords_file() -> str:
    return str(pathlib.Path(CONF.state_path) / "passwords.yaml")


def bootstrap(admin_password: str | None = None, demo_password: str | None = None) -> dict[str, str]:
    """Make what is missing; returns the passwords of admin and demo, as far as they are known.

    A password given replaces the old one; without one a user who is there keeps theirs.  Passwords
    are written before the hashes, so that none is lost by a crash in between.
    Raises Invalid (a password that bcrypt cannot take), ServiceUnavailable, OSError.
    """
    tokens.signing_key()
    directory = users.load()
    known = _read_passwords()
    given = {"admin": admin_password, "demo": demo_password}
    wanted = {}
    for name, password in given.items():
        if password is None and directory.find("users", name=name) is None:
            password = known.get(name) or _random_password()
        if password is not None:
            wanted[name] = password
    hashes = {name: users.hash_secret(password) for name, password in wanted.items()
              if not _has_password(directory, name, password)}
    if {**known, **wanted} != known:
        known |= wanted
        private_file.write(passwords_file(), yaml.safe_dump(known, sort_keys=False).encode())
    service = _service_password()
    if not _has_password(directory, users.SERVICE_USER, service):
        hashes[users.SERVICE_USER] = users.hash_secret(service)
    changed = [user.id for name in hashes if (user := directory.find("users", name=name))]
    users.edit(lambda current: _complete(current, hashes))
    for user_id in changed:
        tokens.revoke_user(user_id)
    return known


def _random_password(length: int = 20) -> str:
    """Letters and digits only, a letter first: it needs no quotes in YAML, in a shell or in a config file."""
    rest = (secrets.choice(string.ascii_letters + string.digits) for _ in range(length - 1))
    return secrets.choice(string.ascii_letters) + "".join(rest)


def _has_password(directory: users.Directory, name: str, password: str) -> bool:
    user = directory.find("users", name=name)
    return user is not None and users.check_secret(password, user.password_hash)


def _read_passwords() -> dict[str, str]:
    with contextlib.suppress(FileNotFoundError), open(passwords_file(), encoding="utf-8") as source:
        content = yaml.safe_load(source)
        return dict(content) if isinstance(content, dict) else {}
    return {}


def _service_password() -> str:
    """The option's, or the file's, which is made when missing."""
    if CONF.service_user.password:
        return CONF.service_user.password
    path = CONF.service_user.password_file
    if not os.path.exists(path):
        private_file.create(path, (_random_password(40) + "\n").encode())
    with open(path, encoding="utf-8") as source:
        return source.read().strip()


def _complete(directory: users.Directory, hashes: dict[str, str]) -> users.Directory:
    """The directory with all first users, projects and grants, and these passwords."""
    for name, (project_name, roles) in FIRST_USERS.items():
        project = directory.find("projects", name=project_name)
        if project is None:
            project = users.Project(users.new_id(), project_name)
            directory = directory.put("projects", project)
        user = directory.find("users", name=name)
        if user is None:
            user = users.User(users.new_id(), name, hashes[name], default_project_id=project.id)
            directory = directory.put("users", user)
        elif name in hashes:
            directory = directory.put("users", dataclasses.replace(user, password_hash=hashes[name]))
        if not set(roles) <= set(directory.roles(user.id, project.id)):
            granted = tuple(dict.fromkeys((*directory.roles(user.id, project.id), *roles)))
            directory = directory.put("grants", users.Grant(user.id, project.id, granted), ("user_id", "project_id"))
    return directory
