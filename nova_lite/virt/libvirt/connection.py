"""The connection to libvirtd: opened when needed, opened again after libvirtd was restarted.

libvirt's event loop is one per process, so one thread runs it for all connections.  It must be
registered before a connection is opened, or neither events nor keep-alives work on that one.
"""
import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterator

import libvirt

from nova_lite import exceptions
from nova_lite.conf import CONF

LOG = logging.getLogger(__name__)
OPEN_TIMEOUT = 20.0                     # seconds; a libvirtd that hangs accepts but does not answer
KEEPALIVE = (5, 3)                      # seconds between, and how many may be missed: then the calls fail
LOST = {libvirt.VIR_ERR_SYSTEM_ERROR, libvirt.VIR_ERR_INTERNAL_ERROR, libvirt.VIR_ERR_NO_CONNECT,
        libvirt.VIR_ERR_INVALID_CONN, libvirt.VIR_ERR_RPC}
REMOTE = {libvirt.VIR_FROM_REMOTE, libvirt.VIR_FROM_RPC}

_loop_lock = threading.Lock()
_loop_pid: int | None = None


def _run_event_loop() -> None:
    while True:
        try:
            libvirt.virEventRunDefaultImpl()
        except libvirt.libvirtError as exc:
            LOG.warning("libvirt's event loop: %s", exc)


def start_event_loop() -> None:
    """Once per process; a forked child starts its own."""
    global _loop_pid
    with _loop_lock:
        if _loop_pid == os.getpid():
            return
        libvirt.registerErrorHandler(lambda *_: None, None)     # else each error is also printed to stderr
        libvirt.virEventRegisterDefaultImpl()
        threading.Thread(target=_run_event_loop, name="libvirt-events", daemon=True).start()
        _loop_pid = os.getpid()


class Connection:
    """``on_open(connection)`` is called each time that it was opened; ``on_lost()`` when libvirtd went away."""

    def __init__(self, on_open: Callable[[libvirt.virConnect], None], on_lost: Callable[[], None]):
        self._on_open, self._on_lost = on_open, on_lost
        self._lock = threading.RLock()
        self._conn: libvirt.virConnect | None = None
        self._opening: threading.Thread | None = None

    def get(self) -> libvirt.virConnect:
        """A live connection.  Raises ServiceUnavailable with one line that names the option."""
        with self._lock:
            if self._conn is not None and self._conn.isAlive():
                return self._conn
            self._drop()
            start_event_loop()
            conn = self._open()
            with contextlib.suppress(libvirt.libvirtError):     # the test:/// driver has none
                conn.setKeepAlive(*KEEPALIVE)
            conn.registerCloseCallback(self._closed, None)
            self._conn = conn
            self._on_open(conn)
            return conn

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        conn, self._conn = self._conn, None
        if conn is not None:
            for step in (conn.unregisterCloseCallback, conn.close):
                with contextlib.suppress(libvirt.libvirtError):
                    step()

    def _closed(self, _conn, reason, _opaque) -> None:
        """On the event thread, where nothing may wait."""
        LOG.warning("the connection to libvirtd was closed (reason %s)", reason)
        self._on_lost()

    def _open(self) -> libvirt.virConnect:
        """Opening cannot be given a time limit, so a thread does it and may be left behind, once."""
        uri, result = CONF.libvirt.connection_uri, []
        if self._opening is not None and self._opening.is_alive():
            raise exceptions.ServiceUnavailable(f"[libvirt] connection_uri = {uri}: libvirtd does not answer")

        def open_() -> None:
            try:
                result.append(libvirt.open(uri))
            except libvirt.libvirtError as exc:
                result.append(exc)

        self._opening = threading.Thread(target=open_, name="libvirt-open", daemon=True)
        self._opening.start()
        self._opening.join(OPEN_TIMEOUT)
        if not result:
            raise exceptions.ServiceUnavailable(
                f"[libvirt] connection_uri = {uri}: libvirtd does not answer within {OPEN_TIMEOUT:g} s")
        if isinstance(result[0], libvirt.libvirtError):
            raise exceptions.ServiceUnavailable(f"[libvirt] connection_uri = {uri}: {result[0]}; is libvirtd running?")
        return result[0]


def is_missing(exc: libvirt.libvirtError) -> bool:
    """The domain is not known (any more)."""
    return exc.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """libvirt's errors as ours, with its own words: they name the file, device or limit."""
    try:
        yield
    except libvirt.libvirtError as exc:
        if exc.get_error_domain() in REMOTE and exc.get_error_code() in LOST:
            raise exceptions.ServiceUnavailable(f"The connection to libvirtd was lost: {exc}") from exc
        raise exceptions.NovaLiteError(f"libvirt: {exc}") from exc
