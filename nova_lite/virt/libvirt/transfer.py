"""Old disks on their way to another host: each host serves what it has set aside, the other one fetches it.

HTTP, so that no host needs to log in to another: ``GET /<server's uuid>/<file>`` with the token of the disks' mark.
A file is sent as its parts that are not holes, each behind its offset and length, and ends with an empty part at its
size: a sparse one is neither sent nor stored in full, and one that was cut off is seen.  The content is not encrypted;
it belongs on the network of the hosts, as libvirt's own migrations do.
"""
import errno
import hmac
import http.client
import http.server
import logging
import os
import pathlib
import struct
import threading
from collections.abc import Iterator, Mapping

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.virt.libvirt import layout, old_disks

LOG = logging.getLogger(__name__)
FILES = ("disk", "disk.eph0", "disk.config", "console.log")      # swap is made anew: it holds nothing that lasts
BASE = "base"                   # the image that the root disk is an overlay of
HEAD = struct.Struct(">QQ")     # offset and length
CHUNK = 1 << 20
TIMEOUT = 60                    # seconds without a byte
TOKEN = "X-Disks-Token"


def parts(handle, size: int) -> Iterator[tuple[int, int]]:
    """(offset, length) of what is not a hole."""
    offset = 0
    while offset < size:
        try:
            begin = os.lseek(handle.fileno(), offset, os.SEEK_DATA)
        except OSError as exc:
            if exc.errno == errno.ENXIO:
                return
            raise
        end = os.lseek(handle.fileno(), begin, os.SEEK_HOLE)
        yield begin, end - begin
        offset = end


def send(handle, write) -> None:
    size = os.fstat(handle.fileno()).st_size
    for offset, length in parts(handle, size):
        write(HEAD.pack(offset, length))
        handle.seek(offset)
        while length:
            chunk = handle.read(min(CHUNK, length))
            if not chunk:
                raise OSError(errno.EIO, "the file became shorter")
            write(chunk)
            length -= len(chunk)
    write(HEAD.pack(size, 0))


def receive(read, handle) -> None:
    """Raises EOFError when it was cut off."""
    while True:
        offset, length = HEAD.unpack(_exactly(read, HEAD.size))
        if not length:
            handle.truncate(offset)
            return
        handle.seek(offset)
        while length:
            chunk = _exactly(read, min(CHUNK, length))
            handle.write(chunk)
            length -= len(chunk)


def _exactly(read, length: int) -> bytes:
    found = bytearray()
    while len(found) < length:
        chunk = read(length - len(found))
        if not chunk:
            raise EOFError("the other host has hung up")
        found += chunk
    return bytes(found)


class _Handler(http.server.BaseHTTPRequestHandler):
    timeout = TIMEOUT
    server: "_HTTPServer"

    def do_GET(self):
        path = self._find()
        if path is None:
            self.send_error(404)
            return
        with open(path, "rb") as handle:
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            self.end_headers()
            send(handle, self.wfile.write)

    def _find(self) -> pathlib.Path | None:
        """The file, if whoever asks may have it."""
        uuid, _, name = self.path.lstrip("/").partition("/")
        mark = old_disks.read(uuid) if layout.UUID.match(uuid) else None
        if mark is None or not hmac.compare_digest(mark.token, self.headers.get(TOKEN, "")):
            return None
        if name == BASE:
            return self.server.base_of(old_disks.directory(uuid) / "disk")
        path = old_disks.directory(uuid) / name
        return path if name in FILES and path.exists() else None

    def log_message(self, format, *args):
        LOG.info("old disks: %s", format % args)


class _HTTPServer(http.server.ThreadingHTTPServer):
    daemon_threads = True


class Server:
    """Begun when the first disks are set aside (or found set aside): a host that nothing leaves opens no port.

    ``base_of(disk)`` gives the path of a disk's base, or None.
    """

    def __init__(self, base_of):
        self._base_of, self._lock, self._server = base_of, threading.Lock(), None

    def start(self) -> None:
        """Raises NovaLiteError when the port cannot be had."""
        with self._lock:
            if self._server is not None:
                return
            address, port = str(CONF.libvirt.disk_transfer_listen), CONF.libvirt.disk_transfer_port
            try:
                server = _HTTPServer((address, port), _Handler)
            except OSError as exc:
                raise exceptions.NovaLiteError(
                    f"[libvirt] disk_transfer_listen, disk_transfer_port: {address}:{port}: {exc.strerror}") from exc
            server.base_of = self._base_of
            threading.Thread(target=server.serve_forever, name="old-disks", daemon=True).start()
            self._server = server

    def stop(self) -> None:
        with self._lock:
            if self._server is not None:
                self._server.shutdown()
                self._server.server_close()
                self._server = None

    def address(self) -> str:
        """Where other hosts reach it: ``host:port``."""
        return f"{CONF.libvirt.disk_transfer_address or CONF.host}:{self._server.server_address[1]}"


class Source:
    """Another host's disks.  ``disks``: {"address", "token", "files": [names]} as it gave them."""

    def __init__(self, uuid: str, disks: Mapping):
        self._uuid, self._disks = uuid, disks

    def names(self) -> list[str]:
        return [name for name in self._disks["files"] if name in FILES]

    def fetch(self, name: str, path: pathlib.Path) -> None:
        """Raises NovaLiteError with one line."""
        address = self._disks["address"]
        connection = http.client.HTTPConnection(address, timeout=TIMEOUT)
        try:
            connection.request("GET", f"/{self._uuid}/{name}", headers={TOKEN: self._disks["token"]})
            answer = connection.getresponse()
            if answer.status != 200:
                raise exceptions.NovaLiteError(f"host {address} does not give {name} of {self._uuid}: {answer.status}")
            with open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "r+b") as handle:
                receive(answer.read, handle)
        except (OSError, http.client.HTTPException, EOFError) as exc:
            raise exceptions.NovaLiteError(f"{name} of {self._uuid} cannot be fetched from {address}: {exc}") from exc
        finally:
            connection.close()


class Here:
    """The same of this host's own old disks: a resize that stays."""

    def __init__(self, uuid: str):
        self._directory = old_disks.directory(uuid)

    def names(self) -> list[str]:
        return [name for name in FILES if (self._directory / name).exists()]

    def fetch(self, name: str, path: pathlib.Path) -> None:
        with open(self._directory / name, "rb") as source, \
                open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "r+b") as target:
            size = os.fstat(source.fileno()).st_size
            for offset, length in parts(source, size):
                source.seek(offset)
                target.seek(offset)
                while length:
                    chunk = source.read(min(CHUNK, length))
                    target.write(chunk)
                    length -= len(chunk)
            target.truncate(size)
