"""The disks of a guest that moved on: its directory, set aside as ``<uuid>_resize`` with a mark of whose move it is.

The mark is written before the directory gets its new name, so one that is set aside always has it.
"""
import dataclasses
import json
import os
import pathlib
import secrets
import shutil

from nova_lite.models import OldDisks
from nova_lite.virt.libvirt import layout

SUFFIX = "_resize"
MARK = "move.json"


@dataclasses.dataclass(frozen=True)
class Mark:
    """``token``: who has it may fetch the disks."""

    migration_uuid: str
    attempt: int
    token: str

    def model(self) -> OldDisks:
        return OldDisks(self.migration_uuid, self.attempt)


def directory(uuid: str) -> pathlib.Path:
    current = layout.GuestFiles(uuid).directory
    return current.with_name(current.name + SUFFIX)


def read(uuid: str) -> Mark | None:
    """The mark of what is set aside of a guest; None: nothing is."""
    try:
        return Mark(**json.loads((directory(uuid) / MARK).read_text()))
    except (FileNotFoundError, NotADirectoryError):
        return None


def all_marks() -> dict[str, Mark]:
    found = {}
    for path in layout.home().glob(f"*-*-*-*-*{SUFFIX}"):
        uuid = path.name.removesuffix(SUFFIX)
        mark = read(uuid) if layout.UUID.match(uuid) else None
        if mark is not None:
            found[uuid] = mark
    return found


def set_aside(uuid: str, migration_uuid: str, attempt: int) -> Mark:
    """The guest, which does not run, loses its directory; what an earlier move left goes.

    Raises FileNotFoundError when it has none.
    """
    current, mark = layout.GuestFiles(uuid).directory, read(uuid)
    if mark is not None and mark.migration_uuid == migration_uuid and not current.exists():
        return mark
    mark = Mark(migration_uuid, attempt, secrets.token_urlsafe(32))
    part = current / (MARK + ".part")
    part.write_text(json.dumps(dataclasses.asdict(mark)))
    part.chmod(0o600)
    os.replace(part, current / MARK)
    drop(uuid)
    current.rename(directory(uuid))
    return mark


def put_back(uuid: str) -> None:
    """In place of whatever directory the guest, which does not run, has now."""
    current = layout.GuestFiles(uuid).directory
    if current.exists():
        shutil.rmtree(current)
    directory(uuid).rename(current)
    (current / MARK).unlink()


def drop(uuid: str) -> None:
    """The mark goes last: while anything is left, ``all_marks`` names it."""
    path = directory(uuid)
    if path.exists():
        for entry in path.iterdir():
            if entry.name != MARK:
                entry.unlink()
        (path / MARK).unlink(missing_ok=True)
        path.rmdir()
