"""The config drive: an ISO 9660 image labelled ``config-2`` from a tree of files.

Called by virt drivers.  It knows nothing of instances: ``instance_metadata`` says what is in it.
"""
import io
import os
import pathlib
from collections.abc import Mapping

import pycdlib

LABEL = "config-2"


def write(path: pathlib.Path, files: Mapping[str, bytes]) -> None:
    """Write ``{relative path: content}`` to ``path``, whole or not at all, readable by its owner only.

    The plain ISO 9660 names are counters (they may have only 8.3 characters); the real names are in the
    Rock Ridge and Joliet trees, which every guest reads first.
    """
    iso = pycdlib.PyCdlib()
    iso.new(interchange_level=3, joliet=3, rock_ridge="1.09", vol_ident=LABEL, app_ident_str="nova-lite")
    directories: dict[str, str] = {"": ""}
    for number, (name, content) in enumerate(sorted(files.items())):
        parent = _directory(iso, directories, str(pathlib.PurePosixPath(name).parent))
        base = pathlib.PurePosixPath(name).name
        iso.add_fp(io.BytesIO(content), len(content), f"{parent}/F{number:07d}.;1", rr_name=base,
                   joliet_path=f"/{name}")
    part = path.with_name(path.name + ".part")
    try:
        with open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as handle:
            iso.write_fp(handle)
        os.replace(part, path)
    finally:
        iso.close()
        part.unlink(missing_ok=True)


def _directory(iso: pycdlib.PyCdlib, made: dict[str, str], name: str) -> str:
    """The plain ISO path of a directory, made with its parents when it is not there."""
    name = "" if name == "." else name
    if name not in made:
        path = pathlib.PurePosixPath(name)
        parent = _directory(iso, made, str(path.parent))
        made[name] = f"{parent}/D{len(made):07d}"
        iso.add_directory(made[name], rr_name=path.name, joliet_path=f"/{name}")
    return made[name]
