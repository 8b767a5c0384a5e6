"""A guest's serial line, given to the consoles' proxy at a port of its own.

The line is a pty on this host, so that the log and whoever looks at it go side by side; a proxy may be on another
machine.  So while a token lives, this host listens for the proxy and carries bytes between it and the pty.
"""
import contextlib
import logging
import os
import select
import socket
import threading
import time
import tty

LOG = logging.getLogger(__name__)
MOST = 65536                    # bytes carried at once
LOOK = 1.0                      # seconds between looks at the clock


class SerialRelays:
    """One for a host; safe for threads."""

    def __init__(self):
        self._lock = threading.Lock()
        self._relays: dict[str, _Relay] = {}

    def port(self, uuid: str, device: str, address: str, seconds: float) -> int:
        """Listen for so many seconds from now, and tell where.  A pty that is not the one of before (the guest was
        started again) gets a new port."""
        with self._lock:
            for other, relay in list(self._relays.items()):
                if not relay.listens():
                    del self._relays[other]
            found = self._relays.get(uuid)
            if found is not None and found.device == device and found.extend(seconds):
                return found.port
            if found is not None:
                found.stop()
            self._relays[uuid] = made = _Relay(uuid, device, address, seconds)
            return made.port

    def stop(self, uuid: str | None = None) -> None:
        """Of a guest that goes; None: all."""
        with self._lock:
            for name in [uuid] if uuid is not None else list(self._relays):
                relay = self._relays.pop(name, None)
                if relay is not None:
                    relay.stop()


class _Relay:
    """One line at one port; one at a time uses it."""

    def __init__(self, uuid: str, device: str, address: str, seconds: float):
        self.uuid, self.device = uuid, device
        self._until = time.monotonic() + seconds
        self._stopped = threading.Event()
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = socket.create_server((address, 0), family=family, backlog=1)
        self._listener.settimeout(LOOK)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, name=f"serial {uuid}", daemon=True).start()

    def listens(self) -> bool:
        return not self._stopped.is_set() and time.monotonic() < self._until

    def extend(self, seconds: float) -> bool:
        """False when it has ended already."""
        if not self.listens():
            return False
        self._until = time.monotonic() + seconds
        return True

    def stop(self) -> None:
        self._stopped.set()

    def _serve(self) -> None:
        with self._listener:
            while self.listens():
                try:
                    client, _ = self._listener.accept()
                except TimeoutError:
                    continue
                except OSError:
                    break
                with client:
                    self._carry(client)
        self._stopped.set()

    def _carry(self, client: socket.socket) -> None:
        try:
            line = os.open(self.device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError as exc:
            LOG.warning("the serial line of server %s cannot be used: %s", self.uuid, exc)
            return
        try:
            with contextlib.suppress(OSError):          # the guest went off, or the user did
                tty.setraw(line)
                self._pump(client, line)
        finally:
            os.close(line)

    def _pump(self, client: socket.socket, line: int) -> None:
        client.settimeout(LOOK)
        while not self._stopped.is_set():
            ready, _, _ = select.select([client, line], [], [], LOOK)
            if client in ready:
                data = client.recv(MOST)
                if not data:
                    return
                _write(line, data)
            if line in ready:
                data = os.read(line, MOST)
                if not data:
                    return
                client.sendall(data)


def _write(line: int, data: bytes) -> None:
    while data:
        select.select([], [line], [], LOOK)
        with contextlib.suppress(BlockingIOError):
            data = data[os.write(line, data):]
