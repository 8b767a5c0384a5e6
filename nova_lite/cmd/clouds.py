"""How clients get in: clouds.yaml (clouds nova-lite and nova-lite-admin) and openrc in the data directory."""
import os
import pathlib

import yaml


def _cloud(identity_url: str, name: str, password: str) -> dict:
    return {"auth": {"auth_url": identity_url, "username": name, "password": password, "project_name": name,
                     "user_domain_name": "Default", "project_domain_name": "Default"},
            "region_name": "RegionOne", "identity_api_version": 3}


def write(directory: pathlib.Path, passwords: dict[str, str], identity_url: str) -> pathlib.Path:
    """Write both files (mode 0600: they hold passwords); returns clouds.yaml's path."""
    found = {"clouds": {"nova-lite": _cloud(identity_url, "demo", passwords["demo"]),
                        "nova-lite-admin": _cloud(identity_url, "admin", passwords["admin"])}}
    clouds_file = directory / "clouds.yaml"
    _private(clouds_file, yaml.safe_dump(found, sort_keys=False))
    _private(directory / "openrc", f"export OS_CLIENT_CONFIG_FILE={clouds_file}\nexport OS_CLOUD=nova-lite\n")
    return clouds_file


def _private(path: pathlib.Path, text: str) -> None:
    partial = path.with_name(path.name + ".part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
    os.replace(partial, path)
