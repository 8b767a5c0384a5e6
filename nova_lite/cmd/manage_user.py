"""nova-lite-manage user ...: edit the users file of the embedded identity service."""
import dataclasses
import getpass
import logging
import sys

from nova_lite import exceptions
from nova_lite.embedded.identity import tokens, users

LOG = logging.getLogger(__name__)


def register(subparsers) -> None:
    """``user`` and ``app-credential`` with their verbs; a handler takes the arguments and returns the exit code."""
    user = subparsers.add_parser("user", help="users, projects and roles of the embedded identity service")
    verbs = user.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, handler, text, needs_project in (
            ("create", _create, "make a user, and the project if it is not there", True),
            ("delete", _delete, "delete a user with all roles and application credentials", False),
            ("set-password", _set_password, "give a user another password; their tokens end", False),
            ("grant", _grant, "give a role in a project", True),
            ("revoke", _revoke, "take a role away; the user's tokens end", True)):
        parser = verbs.add_parser(verb, help=text)
        parser.add_argument("name", help="the user's name")
        if verb in ("create", "set-password"):
            parser.add_argument("--password", help="asked for, or read from standard input, when not given")
        if needs_project:
            parser.add_argument("--project", required=verb != "create", help="project name (create: the user's name)")
            parser.add_argument("--role", choices=users.ROLES, required=verb != "create",
                                default="member" if verb == "create" else None)
        parser.set_defaults(handler=handler)
    verbs.add_parser("list", help="users with their projects and roles").set_defaults(handler=_list)

    credential = subparsers.add_parser("app-credential", help="application credentials of users")
    verbs = credential.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("list", help="all of them, without secrets").set_defaults(handler=_list_credentials)
    parser = verbs.add_parser("delete", help="delete one; its tokens end")
    parser.add_argument("id")
    parser.set_defaults(handler=_delete_credential)


def _user(directory: users.Directory, name: str) -> users.User:
    user = directory.find("users", name=name)
    if user is None:
        raise exceptions.NotFound(f"there is no user {name}")
    return user


def _project(directory: users.Directory, name: str) -> users.Project:
    project = directory.find("projects", name=name)
    if project is None:
        raise exceptions.NotFound(f"there is no project {name}")
    return project


def _password(args) -> str:
    if args.password is not None:
        return args.password
    return getpass.getpass(f"Password of {args.name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _revoke_tokens(user_id: str) -> None:
    """A change of the file counts even while the database is away; then old tokens live until they expire."""
    try:
        tokens.revoke_user(user_id)
    except Exception as exc:
        LOG.debug("revoking failed", exc_info=True)
        print(f"warning: tokens that the user has now stay good until they expire: {exc}", file=sys.stderr)


def _create(args) -> int:
    hashed = users.hash_secret(_password(args))
    project_name = users.check_name(args.project or args.name)

    def add(directory: users.Directory) -> users.Directory:
        if directory.find("users", name=users.check_name(args.name)):
            raise exceptions.Conflict(f"there is a user {args.name} already")
        project = directory.find("projects", name=project_name)
        if project is None:
            project = users.Project(users.new_id(), project_name)
            directory = directory.put("projects", project)
        user = users.User(users.new_id(), args.name, hashed, default_project_id=project.id)
        return directory.put("users", user).put("grants", users.Grant(user.id, project.id, (args.role,)),
                                                ("user_id", "project_id"))
    directory = users.edit(add)
    print(f"{_user(directory, args.name).id}  {args.name}  {project_name}: {args.role}")
    return 0


def _list(_args) -> int:
    directory = users.load()
    names = {project.id: project.name for project in directory.projects}
    for user in directory.users:
        grants = ", ".join(f"{names.get(grant.project_id, grant.project_id)}: {'+'.join(grant.roles)}"
                           for grant in directory.all("grants", user_id=user.id))
        print(f"{user.id}  {user.name}  {grants}" + ("" if user.enabled else "  (disabled)"))
    return 0


def _delete(args) -> int:
    user = _user(users.load(), args.name)
    users.edit(lambda directory: directory.without("users", id=user.id).without("grants", user_id=user.id)
               .without("application_credentials", user_id=user.id))
    _revoke_tokens(user.id)
    return 0


def _set_password(args) -> int:
    user = _user(users.load(), args.name)
    hashed = users.hash_secret(_password(args))
    users.edit(lambda directory: directory.put(
        "users", dataclasses.replace(_user(directory, args.name), password_hash=hashed)))
    _revoke_tokens(user.id)
    return 0


def _change_roles(args, change) -> users.User:
    def edited(directory: users.Directory) -> users.Directory:
        user, project = _user(directory, args.name), _project(directory, args.project)
        roles = change(directory.roles(user.id, project.id))
        if not roles:
            return directory.without("grants", user_id=user.id, project_id=project.id)
        return directory.put("grants", users.Grant(user.id, project.id, roles), ("user_id", "project_id"))
    return _user(users.edit(edited), args.name)


def _grant(args) -> int:
    _change_roles(args, lambda roles: tuple(dict.fromkeys((*roles, args.role))))
    return 0


def _revoke(args) -> int:
    user = _change_roles(args, lambda roles: tuple(role for role in roles if role != args.role))
    _revoke_tokens(user.id)
    return 0


def _list_credentials(_args) -> int:
    directory = users.load()
    names = {user.id: user.name for user in directory.users}
    for item in directory.application_credentials:
        print(f"{item.id}  {item.name}  {names.get(item.user_id, item.user_id)}  {'+'.join(item.roles)}  "
              f"{item.expires_at or 'never expires'}")
    return 0


def _delete_credential(args) -> int:
    if users.load().find("application_credentials", id=args.id) is None:
        raise exceptions.NotFound(f"there is no application credential {args.id}")
    users.edit(lambda directory: directory.without("application_credentials", id=args.id))
    try:
        tokens.revoke_credential(args.id)
    except exceptions.NovaLiteError as exc:
        print(f"warning: its tokens stay good until they expire: {exc}", file=sys.stderr)
    return 0
