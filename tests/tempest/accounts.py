"""The users, projects and networks that tempest's test classes take, each class some of its own."""
import dataclasses
import pathlib

import yaml

from nova_lite.conf import CONF
from nova_lite.embedded.identity import users

PASSWORD = "tempest-only"                     # of users that live as long as one run, on loopback
SETS = 10                                     # of manager, member and reader in one project: a class takes one
OTHERS = 6                                    # members of another project: a class takes one or none
ADMINS = 10
SERVICE_USERS = 4


@dataclasses.dataclass(frozen=True)
class Account:
    """``network``: the project has one, of the project's name."""

    name: str
    project: str
    roles: tuple[str, ...]
    network: bool = False


def _sets() -> list[Account]:
    # tempest gives "another user" the first free account of the file: these must be of any use to it
    found = [Account(f"other{i}", f"other{i}", ("member",), True) for i in range(OTHERS)]
    for i in range(SETS):
        found += [Account(f"{role}{i}", f"project{i}", (role,), True) for role in ("member", "manager", "reader")]
    found += [Account(f"admin{i}", f"admin{i}", ("admin",)) for i in range(ADMINS)]
    return found + [Account(f"service{i}", f"service{i}", ("admin", "service")) for i in range(SERVICE_USERS)]


ACCOUNTS = tuple(_sets())


def provision(users_file: pathlib.Path) -> None:
    """Add all of them to the identity service's file: one hash for all, as 50 of them would take seconds."""
    hashed = users.hash_secret(PASSWORD)

    def add(directory: users.Directory) -> users.Directory:
        for account in ACCOUNTS:
            project = directory.find("projects", name=account.project)
            if project is None:
                project = users.Project(users.new_id(), account.project)
            user = users.User(users.new_id(), account.name, hashed, default_project_id=project.id)
            directory = directory.put("projects", project).put("users", user).put(
                "grants", users.Grant(user.id, project.id, account.roles), ("user_id", "project_id"))
        return directory
    CONF.set_override("users_file", str(users_file), "embedded")
    try:
        users.edit(add)
    finally:
        CONF.clear_override("users_file", "embedded")


def networks() -> list[str]:
    """Names of the projects that have a network of the same name."""
    return list(dict.fromkeys(account.project for account in ACCOUNTS if account.network))


def write(path: pathlib.Path) -> None:
    """tempest's accounts.yaml."""
    path.write_text(yaml.safe_dump([
        {"username": account.name, "password": PASSWORD, "project_name": account.project,
         "user_domain_name": "Default", "project_domain_name": "Default", "domain_name": "Default",
         "roles": list(account.roles), **({"resources": {"network": account.project}} if account.network else {})}
        for account in ACCOUNTS], sort_keys=False))
