"""clouds.yaml and openrc for the users that bootstrap made.  Text only; needs no YAML library."""
import json
import os
import pathlib
import re

from tools.stack import config
from tools.stack.errors import StackError
from tools.stack.settings import Settings

CLOUDS = {"nova-lite": "demo", "nova-lite-admin": "admin"}


def write(settings: Settings) -> bool:
    """False when both files said so already.  Raises StackError without bootstrap's passwords."""
    passwords = _passwords(settings.data / "passwords.yaml")
    auth_url = config.url(settings, settings.ports.embedded) + "/identity/v3"
    clouds = ["clouds:"]
    for cloud, user in CLOUDS.items():
        clouds += [f"  {cloud}:", "    auth:", f"      auth_url: {auth_url}", f"      username: {user}",
                   f"      password: {json.dumps(passwords[user])}", f"      project_name: {user}",
                   "      user_domain_id: default", "      project_domain_id: default",
                   "    region_name: RegionOne", "    identity_api_version: '3'"]
    exports = {"OS_AUTH_URL": auth_url, "OS_USERNAME": "demo", "OS_PASSWORD": passwords["demo"],
               "OS_PROJECT_NAME": "demo", "OS_USER_DOMAIN_ID": "default", "OS_PROJECT_DOMAIN_ID": "default",
               "OS_REGION_NAME": "RegionOne", "OS_IDENTITY_API_VERSION": "3"}
    openrc = "".join(f"export {name}='{value}'\n" for name, value in exports.items())
    texts = {"clouds.yaml": "\n".join(clouds) + "\n", "openrc": openrc}
    return any([_write(settings.data / name, text) for name, text in texts.items()])


def _passwords(path: pathlib.Path) -> dict[str, str]:
    """bootstrap writes "user: password" lines of letters and digits."""
    try:
        found = dict(re.findall(r"^(\w+):\s*['\"]?([^'\"\s]+)['\"]?\s*$", path.read_text(), re.MULTILINE))
    except FileNotFoundError:
        found = {}
    for user in CLOUDS.values():
        if user not in found:
            raise StackError(f"{path} has no password of user {user}; nova-lite-manage user can set one")
    return found


def _write(path, text) -> bool:
    if path.exists() and path.read_text() == text:
        return False
    new = path.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(text)
    os.replace(new, path)
    return True
