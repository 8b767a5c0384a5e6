"""How clients get in: clouds.yaml (clouds nova-lite and nova-lite-admin) and openrc in the data directory."""
import os
import pathlib

import yaml

from nova_lite import exceptions

USERS = {"nova-lite": "demo", "nova-lite-admin": "admin"}


def write(directory: pathlib.Path, identity_url: str) -> bool:
    """Write both files with the passwords that bootstrap keeps beside them; False when they said so already.

    Mode 0600: they hold passwords.  Raises NovaLiteError when a password is not known.
    """
    path = directory / "passwords.yaml"
    passwords = (yaml.safe_load(path.read_text()) or {}) if path.exists() else {}
    missing = [user for user in USERS.values() if user not in passwords]
    if missing:
        raise exceptions.NovaLiteError(
            f"{path} has no password of user {missing[0]}; nova-lite-manage user can set one")
    clouds = {cloud: _cloud(identity_url, user, passwords[user]) for cloud, user in USERS.items()}
    demo = clouds["nova-lite"]
    exports = {**demo["auth"], "region_name": demo["region_name"], "identity_api_version": demo["identity_api_version"]}
    openrc = "".join(f"export OS_{name.upper()}='{value}'\n" for name, value in exports.items())
    return any([_write(directory / "clouds.yaml", yaml.safe_dump({"clouds": clouds}, sort_keys=False)),
                _write(directory / "openrc", openrc)])


def _cloud(identity_url: str, name: str, password: str) -> dict:
    return {"auth": {"auth_url": identity_url, "username": name, "password": password, "project_name": name,
                     "user_domain_id": "default", "project_domain_id": "default"},
            "region_name": "RegionOne", "identity_api_version": "3"}


def _write(path: pathlib.Path, text: str) -> bool:
    if path.exists() and path.read_text() == text:
        return False
    partial = path.with_name(path.name + ".part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
    os.replace(partial, path)
    return True
