"""A guest's consoles: the screen, the serial line, and the log of the latter.

virtlogd writes it (root, 0600) and turns it over when it is long: console.log.0 is the one before,
console.log.1 the one before that (max_size and max_backups in virtlogd.conf).
"""
import os
import pathlib
from xml.etree import ElementTree

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.models import ConsoleEndpoint
from nova_lite.virt.libvirt import layout
from nova_lite.virt.libvirt.guests import OwnGuest


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


def screen(guest: OwnGuest) -> ConsoleEndpoint:
    """The VNC server of a guest that runs.  Raises ConsoleTypeUnavailable when it was started without."""
    found = ElementTree.fromstring(guest.domain.XMLDesc()).find("devices/graphics[@type='vnc']")
    port = int(found.attrib.get("port", -1)) if found is not None else -1
    if port < 0:
        raise exceptions.ConsoleTypeUnavailable(console_type="vnc")
    return ConsoleEndpoint(str(CONF.vnc.server_proxyclient_address), port)


def serial_device(guest: OwnGuest) -> str:
    """The pty of a guest that runs.  Raises ConsoleTypeUnavailable."""
    found = ElementTree.fromstring(guest.domain.XMLDesc()).find("devices/serial[@type='pty']/source")
    if found is None or "path" not in found.attrib:
        raise exceptions.ConsoleTypeUnavailable(console_type="serial")
    return found.attrib["path"]
