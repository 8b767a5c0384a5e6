"""Waiting for servers, with a sign of life: always bounded, always ends with the reason."""
import time

from nova_lite.cli.errors import CommandError

DEFAULT_TIMEOUT = 600


def add_options(parser, verb: str) -> None:
    parser.add_argument("--wait", action="store_true", help=f"come back when the server {verb}")
    parser.add_argument("--timeout", type=int, default=DEFAULT_TIMEOUT, metavar="SECONDS",
                        help=f"wait at most so long (default {DEFAULT_TIMEOUT})")


class Progress:
    """One line that changes on a terminal; a new line at each change elsewhere."""

    def __init__(self, stream, quiet: bool = False):
        self.stream, self.quiet = stream, quiet
        self.tty = bool(getattr(stream, "isatty", lambda: False)())
        self._last = None

    def show(self, label: str, state: str, seconds: float) -> None:
        if self.quiet:
            return
        if self.tty:
            self.stream.write(f"\r\033[K{label}: {state} ({seconds:.0f} s)")
        elif state != self._last:
            self.stream.write(f"{label}: {state} ({seconds:.0f} s)\n")
        self._last = state
        self.stream.flush()

    def end(self) -> None:
        if self.tty and self._last is not None:
            self.stream.write("\n")
            self.stream.flush()
        self._last = None


class Waiter:
    """Polls servers until they are where they should be.

    ``clock`` and ``sleep`` are parameters so that a test needs no time.
    """

    def __init__(self, compute, progress: Progress, timeout: float, *, clock=time.monotonic, sleep=time.sleep):
        self.compute, self.progress, self.timeout = compute, progress, timeout
        self.clock, self.sleep = clock, sleep
        self.begun = clock()

    def status(self, server_id: str, wanted: str | tuple[str, ...], was: str | None = None):
        """Wait for ``wanted`` (or one of them) and no task; returns the server.  ERROR or time over: CommandError.

        A server that ``was`` in ERROR before the action may still show it while it is worked on.
        """
        found = (wanted,) if isinstance(wanted, str) else wanted
        wanted = " or ".join(found)

        def done(server):
            if server.task_state is None and server.status in found:
                return True
            if server.status == "ERROR" and (was != "ERROR" or server.task_state is None):
                raise CommandError(failure(server))
            if server.task_state is None and server.status in _RESTING:
                raise CommandError(f"Server {server.name} ({server.id}) came to rest in {server.status}, not {wanted}. "
                                   f"See: nova-lite server trace {server.id}")
            return False

        return self._poll(server_id, done, wanted)

    def gone(self, server_id: str) -> None:
        """Wait until the server is no more.  ERROR with no task: its delete failed."""
        def done(server):
            if server.status in ("DELETED", "SOFT_DELETED"):
                return True
            if server.status == "ERROR" and server.task_state is None:
                raise CommandError(failure(server))
            return False

        from openstack import exceptions

        try:
            self._poll(server_id, done, "deleted")
        except exceptions.NotFoundException:
            self.progress.end()

    def _poll(self, server_id, done, wanted):
        pause = 0.2
        while True:
            server = self.compute.get_server(server_id)
            waited = self.clock() - self.begun
            self.progress.show(server.name, describe(server), waited)
            try:
                finished = done(server)
            except CommandError:
                self.progress.end()
                raise
            if finished:
                self.progress.end()
                return server
            if waited >= self.timeout:
                self.progress.end()
                raise CommandError(f"Server {server.name} ({server.id}) is not {wanted} after {self.timeout:.0f} s: "
                                   f"{describe(server)}. It goes on without you. "
                                   f"See: nova-lite server trace {server.id}")
            self.sleep(min(pause, max(self.timeout - waited, 0.05)))
            pause = min(pause * 1.3, 2.0)


_RESTING = ("ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED", "RESCUE", "SHELVED", "SHELVED_OFFLOADED", "VERIFY_RESIZE")


def describe(server) -> str:
    return f"{server.status}, {server.task_state}" if server.task_state else str(server.status)


def failure(server) -> str:
    """Why a server is in ERROR, as its fault says."""
    fault = server.fault or {}
    reason = fault.get("message") or "no fault was recorded"
    code = f" (code {fault['code']})" if fault.get("code") else ""
    return (f"Server {server.name} ({server.id}) ended in ERROR: {reason.strip()}{code}. "
            f"See: nova-lite server trace {server.id}")
