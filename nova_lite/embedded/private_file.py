"""Small files that must never be seen half-written or by others: users, keys, passwords."""
import contextlib
import fcntl
import os
import pathlib
import tempfile


def write(path: str, content: bytes, mode: int = 0o600) -> None:
    """Replace the file at once: a crash leaves the old one or the new one.  Raises OSError."""
    with _temporary(path, content, mode) as name:
        os.replace(name, path)


def create(path: str, content: bytes, mode: int = 0o600) -> bool:
    """Make the file unless it is there; True if it was made here.  Raises OSError."""
    with _temporary(path, content, mode) as name:
        try:
            os.link(name, path)
        except FileExistsError:
            return False
        return True


@contextlib.contextmanager
def _temporary(path: str, content: bytes, mode: int):
    folder = pathlib.Path(path).parent
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as target:
            os.fchmod(target.fileno(), mode)
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        yield name
        sync_folder(folder)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)


def sync_folder(path) -> None:
    """Make renames in a folder survive a loss of power."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(path: str):
    """Only one process at a time is in this block for the file; the kernel frees it when one dies."""
    pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
    with open(path + ".lock", "a", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
