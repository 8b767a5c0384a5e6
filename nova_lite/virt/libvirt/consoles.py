"""A guest's serial console log.

virtlogd writes it (root, 0600) and turns it over when it is long: console.log.0 is the one before,
console.log.1 the one before that (max_size and max_backups in virtlogd.conf).
"""
import os
import pathlib

from nova_lite.virt.libvirt import layout


def read(files: layout.GuestFiles, limit: int) -> bytes:
    """The newest ``limit`` bytes, or all; empty when the guest has not said anything yet."""
    found, log = b"", files.console_log
    for path in (log, *(log.with_name(f"{log.name}.{number}") for number in range(10))):
        if len(found) >= limit or (older := _tail(path, limit - len(found))) is None:
            break
        found = older + found
    return found


def _tail(path: pathlib.Path, limit: int) -> bytes | None:
    try:
        with open(path, "rb") as handle:
            handle.seek(max(0, os.fstat(handle.fileno()).st_size - limit))
            return handle.read(limit)
    except FileNotFoundError:
        return None
