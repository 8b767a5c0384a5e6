"""What an interrupted test run has left: deployments whose test is gone, with their processes and real guests.

A deployment's directory is claimed by a lock that ends with the process, however that ends.
"""
import contextlib
import fcntl
import pathlib
import shutil
import tempfile
from typing import TextIO

from tools.stack import leftovers, process

PREFIX = "nova-lite-deployment-"
LOCK = "owner"


def claim(directory: pathlib.Path) -> TextIO:
    """The directory is in use until the returned file is closed or this process is gone."""
    part = directory / f"{LOCK}.part"
    held = open(part, "w")
    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    part.rename(directory / LOCK)           # nobody can have found it without the lock
    return held


def clear() -> None:
    """End and remove every deployment of this machine that nobody uses any more."""
    for path in pathlib.Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{LOCK}"):
        with contextlib.suppress(OSError), open(path, "r+") as lock:        # held, somebody else's, or gone meanwhile
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _end(path.parent)


def remove_guests(directory: pathlib.Path) -> None:
    """Real guests whose disks are there, and their networks."""
    leftovers.destroy_guests(directory, forget=True)
    leftovers.remove_network(directory)


def _end(directory):
    for pid in process.all_pids():
        if _works_in(pid, directory):
            process.end(pid, 60)
    remove_guests(directory)
    shutil.rmtree(directory, ignore_errors=True)


def _works_in(pid, directory) -> bool:
    """Its services run there (their command lines are titles that do not tell whose they are)."""
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/cwd").readlink() == directory
    return False
