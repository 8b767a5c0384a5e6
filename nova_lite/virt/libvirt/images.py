"""The image cache: one base file for each image, downloaded once, checked, never changed afterwards.

``<images_cache_path>/<image id>`` exists only when it is whole and good; ``.part`` is a download under
way, whose writer holds the lock file.  The overlays of guests have the base as their backing file.
"""
import contextlib
import fcntl
import hashlib
import logging
import os
import pathlib
import re
import shutil
from collections.abc import Callable, Iterator

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.context import RequestContext
from nova_lite.image.client import ImageClient
from nova_lite.models import ImageMeta
from nova_lite.virt.libvirt import image_format, qemu_img
from nova_lite.virt.libvirt.image_format import DiskImage, UnsafeImage

LOG = logging.getLogger(__name__)
IMAGE_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,63}\Z")        # it becomes a file's name
FORMAT_MARK = b"QFI\xfb"


class ImageCache:
    """Shared by all builds of a host, and by all processes that have the same directory."""

    def __init__(self, images: ImageClient):
        self._images = images

    @property
    def path(self) -> pathlib.Path:
        return pathlib.Path(CONF.libvirt.images_cache_path).absolute()

    def init(self) -> None:
        """Make the directory and clear away downloads whose process died."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o711)              # QEMU opens bases by name as another user
        for part in self._abandoned():
            LOG.warning("cleared away: an unfinished download, %s", part)
            part.unlink(missing_ok=True)

    def strays(self) -> list[str]:
        """Downloads that nobody is at, a line each."""
        return [f"unfinished download {part}" for part in self._abandoned()]

    def _abandoned(self) -> Iterator[pathlib.Path]:
        """Each while nobody can begin with it anew."""
        for part in sorted(self.path.glob("*.part")):
            with self._locked(part.stem, wait=False) as mine:
                if mine and part.exists():
                    yield part

    def base(self, context: RequestContext, image_id: str) -> DiskImage:
        """The base of an image, downloaded if it is not here.

        Raises ImageNotFound, ServiceUnavailable, ImageDamaged (wrong size or hash), ImageUnacceptable (a format
        that is not allowed, another file named in it), NovaLiteError when the disk is full.
        """
        if not IMAGE_ID.match(image_id):
            raise exceptions.ImageUnacceptable(image_id=image_id, reason="its id is not fit for a file's name")
        target = self.path / image_id
        with contextlib.suppress(FileNotFoundError):
            return self._cached(target)
        with self._locked(image_id):
            with contextlib.suppress(FileNotFoundError):        # made while we waited
                return self._cached(target)
            self._download(context, image_id, target)
            return self._cached(target)

    def base_of(self, disk: pathlib.Path) -> pathlib.Path | None:
        """The base in this cache that a qcow2 disk is an overlay of."""
        name = pathlib.Path(qemu_img.info(disk, "qcow2").get("backing-filename", "")).name
        path = self.path / name
        return path if IMAGE_ID.match(name) and path.exists() else None

    def adopt(self, image_id: str, fetch: Callable[[pathlib.Path], None]) -> DiskImage:
        """A base from another host's cache, where it was checked; ``fetch(path)`` writes it."""
        target = self.path / image_id
        with self._locked(image_id):
            if not target.exists():
                part = target.with_name(target.name + ".part")
                try:
                    fetch(part)
                    part.chmod(0o644)
                    os.replace(part, target)
                finally:
                    part.unlink(missing_ok=True)
            return self._cached(target)

    def _cached(self, target: pathlib.Path) -> DiskImage:
        os.utime(target)                    # last used, for whoever clears the cache by age
        with open(target, "rb") as handle:
            format = "qcow2" if handle.read(4) == FORMAT_MARK else "raw"
        return image_format.inspect(target, format)

    def _download(self, context: RequestContext, image_id: str, target: pathlib.Path) -> None:
        meta = self._images.get(context, image_id)
        part = target.with_name(target.name + ".part")
        try:
            with open(part, "wb") as handle:
                checks = _Checks(meta)
                for chunk in self._images.download(context, image_id):
                    checks.update(chunk)
                    handle.write(chunk)
                checks.finish()
                handle.flush()
                os.fsync(handle.fileno())   # after the rename it counts as whole, also after a power cut
            self._verify(part, meta)
            part.chmod(0o644)
            os.replace(part, target)
        except UnsafeImage as exc:
            raise exceptions.ImageUnacceptable(image_id=image_id, reason=str(exc)) from exc
        except OSError as exc:
            raise exceptions.NovaLiteError(f"[libvirt] images_cache_path {self.path}: {exc.strerror or exc}") from exc
        finally:
            part.unlink(missing_ok=True)

    def _verify(self, part: pathlib.Path, meta: ImageMeta) -> None:
        """Our own look at the header comes first: qemu-img only sees what names no other file."""
        found = image_format.inspect(part, meta.disk_format)
        room = shutil.disk_usage(part.parent).total
        if found.virtual_size > room:
            raise UnsafeImage(f"its guest would see {found.virtual_size} bytes, and this host's disk has {room}")
        try:
            info = qemu_img.info(part, found.format)
        except exceptions.NovaLiteError as exc:
            raise UnsafeImage(str(exc)) from exc
        special = info.get("format-specific", {}).get("data", {})
        if info.get("format") != found.format or info.get("virtual-size", 0) < found.virtual_size:
            raise UnsafeImage(f"qemu-img takes it for {info.get('format')} of {info.get('virtual-size')} bytes")
        if any(key in info for key in ("backing-filename", "full-backing-filename")) or special.get("data-file"):
            raise UnsafeImage("it names another file")
        if special.get("corrupt"):
            raise UnsafeImage("it is marked corrupt")
        if found.format == "qcow2" and not qemu_img.is_whole(part):
            raise UnsafeImage("qemu-img check finds it corrupt or cut off")

    @contextlib.contextmanager
    def _locked(self, image_id: str, wait: bool = True) -> Iterator[bool]:
        """One downloader at a time, among threads and processes; False: not waited for."""
        with open(self.path / f"{image_id}.lock", "w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True


class _Checks:
    """Size and hash of a download, against what the image service says."""

    def __init__(self, meta: ImageMeta):
        self._meta, self._size = meta, 0
        algorithm, self._wanted = meta.os_hash_algo, meta.os_hash_value
        if not algorithm or not self._wanted:
            algorithm, self._wanted = "md5", meta.checksum
        try:
            self._hash = hashlib.new(algorithm, usedforsecurity=False) if self._wanted else None
        except ValueError as exc:
            raise UnsafeImage(f"its hash algorithm {algorithm} is not known") from exc

    def update(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._meta.size is not None and self._size > self._meta.size:
            self._damaged(f"it is longer than the {self._meta.size} bytes it should have")
        if self._hash is not None:
            self._hash.update(chunk)

    def finish(self) -> None:
        if self._meta.size is not None and self._size != self._meta.size:
            self._damaged(f"it has {self._size} bytes instead of {self._meta.size}")
        if self._hash is not None and self._hash.hexdigest() != self._wanted:
            self._damaged("its hash is not what the image service says")

    def _damaged(self, reason: str):
        raise exceptions.ImageDamaged(image_id=self._meta.id, reason=reason)
