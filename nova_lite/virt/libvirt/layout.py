"""Where a guest's files are: ``<instances_path>/<uuid>/``.  Names only say what is there; no I/O but looking."""
import dataclasses
import pathlib
import re

from nova_lite.conf import CONF

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


def home() -> pathlib.Path:
    """The directory of all guests of this service."""
    return pathlib.Path(CONF.libvirt.instances_path).absolute()


def uuids() -> set[str]:
    """Guests that have a directory."""
    return {path.name for path in home().glob("*-*-*-*-*") if UUID.match(path.name)}


def with_root_copies() -> "list[GuestFiles]":
    """Of guests whose disk is being copied, or was when a process died."""
    return [files for files in map(GuestFiles, sorted(uuids())) if files.root_copy.exists()]


@dataclasses.dataclass(frozen=True)
class GuestFiles:
    """The files of one guest; those that it does not need do not exist."""

    uuid: str

    @property
    def directory(self) -> pathlib.Path:
        if not UUID.match(self.uuid):       # a path is made of it, and removed
            raise ValueError(f"not a uuid: {self.uuid!r}")
        return home() / self.uuid

    @property
    def root(self) -> pathlib.Path:
        return self.directory / "disk"

    @property
    def root_copy(self) -> pathlib.Path:
        """For an image of the server; only while it is made."""
        return self.directory / "disk.copy"

    @property
    def ephemeral(self) -> pathlib.Path:
        return self.directory / "disk.eph0"

    @property
    def swap(self) -> pathlib.Path:
        return self.directory / "disk.swap"

    @property
    def config_drive(self) -> pathlib.Path:
        return self.directory / "disk.config"

    @property
    def rescue(self) -> pathlib.Path:
        return self.directory / "disk.rescue"

    @property
    def rescue_config_drive(self) -> pathlib.Path:
        return self.directory / "disk.config.rescue"

    @property
    def console_log(self) -> pathlib.Path:
        return self.directory / "console.log"
