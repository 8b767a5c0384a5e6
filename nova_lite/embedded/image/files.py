"""The images' bytes on disk: ``ID`` is whole, ``ID.part`` an upload, ``ID.deleted`` about to go.

Only a whole file is ever renamed to ``ID``.  An upload holds a lock on its part file, which the
kernel frees when the process dies: so anybody can tell a running upload from a dead one.
"""
import contextlib
import dataclasses
import errno
import fcntl
import hashlib
import os
import pathlib
from collections.abc import Iterable

from nova_lite.conf import CONF
from nova_lite.embedded import private_file

CHUNK = 1 << 20
PART, DELETED = ".part", ".deleted"


NO_SPACE = "There is not enough disk space on the image storage media."      # Glance's words


def is_full(error: OSError) -> bool:
    """Whether the disk, or the user's part of it, is used up."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


class Busy(Exception):
    """Another upload of this image runs."""


class TooLarge(Exception):
    """More bytes than [embedded] image_size_cap."""


@dataclasses.dataclass(frozen=True)
class Written:
    """What was stored: bytes, MD5 and SHA-512 in hexadecimal."""

    size: int
    checksum: str
    sha512: str


def folder() -> pathlib.Path:
    path = pathlib.Path(CONF.embedded.image_path)
    path.mkdir(parents=True, exist_ok=True, mode=0o750)
    return path


def path_of(image_id: str) -> pathlib.Path:
    return folder() / image_id


class Upload:
    """A block in which the image's part file is this process's; what is not committed is removed."""

    def __init__(self, image_id: str):
        self.target = path_of(image_id)
        self.part = self.target.with_name(image_id + PART)

    def __enter__(self) -> "Upload":
        """Raises Busy."""
        self.file = _open_locked(self.part)
        self.file.truncate(0)
        return self

    def write(self, chunks: Iterable[bytes]) -> Written:
        """Raises TooLarge, OSError (the disk is full)."""
        md5, sha512, size = hashlib.md5(usedforsecurity=False), hashlib.sha512(), 0
        for chunk in chunks:
            size += len(chunk)
            if size > CONF.embedded.image_size_cap:
                raise TooLarge
            md5.update(chunk)
            sha512.update(chunk)
            self.file.write(chunk)
        return Written(size, md5.hexdigest(), sha512.hexdigest())

    def empty(self) -> None:
        """Give the space back at once; what was written is lost."""
        os.ftruncate(self.file.fileno(), 0)

    def commit(self) -> None:
        """The bytes are on disk and whole under the image's id."""
        self.file.flush()
        os.fsync(self.file.fileno())
        os.rename(self.part, self.target)
        private_file.sync_folder(self.target.parent)

    def __exit__(self, *_exc):
        with contextlib.suppress(FileNotFoundError):
            if os.stat(self.part).st_ino == os.fstat(self.file.fileno()).st_ino:
                os.unlink(self.part)
        self.file.close()


def _open_locked(path: pathlib.Path):
    while True:
        file = open(path, "ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            file.close()
            raise Busy from exc
        # Whoever held it before may have renamed or removed it in between.
        with contextlib.suppress(FileNotFoundError):
            if os.stat(path).st_ino == os.fstat(file.fileno()).st_ino:
                return file
        file.close()


def is_uploading(image_id: str) -> bool:
    """Whether a living process holds the image's part file."""
    try:
        with open(path_of(image_id + PART), "rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def mark_deleted(image_id: str) -> None:
    """First half of a removal; ``restore`` takes it back, ``discard`` ends it."""
    with contextlib.suppress(FileNotFoundError):
        os.rename(path_of(image_id), path_of(image_id + DELETED))


def restore(image_id: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.rename(path_of(image_id + DELETED), path_of(image_id))


def discard(image_id: str) -> None:
    for suffix in (DELETED, ""):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path_of(image_id + suffix))


def leftovers() -> tuple[list[str], list[str]]:
    """Ids of images with a part file, and of those marked deleted."""
    names = os.listdir(folder())
    return ([name.removesuffix(PART) for name in names if name.endswith(PART)],
            [name.removesuffix(DELETED) for name in names if name.endswith(DELETED)])


def remove_part(image_id: str) -> None:
    """Unless an upload runs."""
    with contextlib.suppress(Busy), Upload(image_id):
        pass
