"""Processes that outlive the one that started them: records of them on disk, start, stop.

A record names pid, start time and boot, so a pid that was given to somebody else, before or after a
reboot, is never taken for ours.
"""
import contextlib
import os
import pathlib
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence

from tools.stack.errors import StackError

POLL = 0.05


class Daemon:
    """One process in a session of its own, recorded in ``run_dir``/NAME.pid, its output in ``log``."""

    def __init__(self, name: str, run_dir: pathlib.Path, log: pathlib.Path):
        self.name, self.log = name, log
        self.record = run_dir / f"{name}.pid"

    def pid(self) -> int | None:
        """The pid while it runs; None when it does not, or when the recorded pid is somebody else's."""
        pid, identity = self._recorded()
        return pid if pid and identity == _identity(pid) else None

    def start(self, argv: Sequence[str | os.PathLike], *, env: Mapping[str, str] | None = None,
              cwd: pathlib.Path | None = None, user: str | None = None) -> None:
        """Start it unless it runs.  ``env`` is added to the environment; ``user`` needs root.

        Raises StackError when the program cannot be run.
        """
        if self.pid():
            return
        self.record.parent.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        account = {"user": user, "group": user, "extra_groups": []} if user else {}
        with open(self.log, "ab") as output:
            try:
                child = subprocess.Popen(
                    [str(part) for part in argv], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                    env={**_inherited(), **(env or {})}, cwd=cwd, start_new_session=True, **account)
            except OSError as exc:
                raise StackError(f"{self.name} cannot be started: {exc}") from exc
        self.record.write_text(f"{child.pid} {_identity(child.pid)}\n")

    def stop(self, timeout: float = 30, order: int = signal.SIGTERM) -> bool:
        """Send ``order``, and after ``timeout`` seconds SIGKILL; then end what is left of its session.
        True when there was something to stop."""
        pid = self.pid()
        recorded, _ = self._recorded()
        if pid:
            end(pid, timeout, order)
        stopped = pid is not None
        for member in session_members(recorded) if recorded else ():
            # the number may belong to another session by now; what writes into our log is ours
            if self._writes_our_log(member):
                end(member, 5)
                stopped = True
        self.record.unlink(missing_ok=True)
        return stopped

    def _writes_our_log(self, pid) -> bool:
        for descriptor in (1, 2):
            with contextlib.suppress(OSError):
                if os.path.samefile(f"/proc/{pid}/fd/{descriptor}", self.log):
                    return True
        return False

    def _recorded(self):
        try:
            pid, _, identity = self.record.read_text().strip().partition(" ")
            return int(pid), identity
        except (FileNotFoundError, ValueError):
            return None, ""


def alive(pid: int) -> bool:
    """Runs, and is no zombie (a zombie still answers to kill -0)."""
    return _identity(pid) != ""


def command_line(pid: int) -> list[str]:
    """The process's arguments; empty when it is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return []


def all_pids() -> Iterator[int]:
    return (int(entry) for entry in os.listdir("/proc") if entry.isdigit())


def session_members(session: int) -> list[int]:
    """Live processes of a session."""
    members = []
    for pid in all_pids():
        with contextlib.suppress(OSError, IndexError):
            fields = _stat(pid)
            if int(fields[3]) == session and fields[0] not in "ZX":
                members.append(pid)
    return members


def descendants(pid: int) -> list[int]:
    """Live processes that a process, or one of these, has started; those first that were started first."""
    children: dict[int, list[int]] = {}
    for other in all_pids():
        with contextlib.suppress(OSError, IndexError):
            fields = _stat(other)
            if fields[0] not in "ZX":
                children.setdefault(int(fields[1]), []).append(other)
    found = [pid]
    for parent in found:
        found += children.get(parent, [])
    return found[1:]


def end(pid: int, timeout: float, order: int = signal.SIGTERM) -> None:
    """Send ``order``; SIGKILL after ``timeout`` seconds.  Fine when it is gone."""
    identity = _identity(pid)
    for number, patience in ((order, timeout), (signal.SIGKILL, 10)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait_until(lambda: _identity(pid) != identity or not identity, patience):
            return


def wait_until(condition, timeout: float) -> bool:
    """Poll ``condition``; its truth at the end."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True


def run(argv: Sequence[str | os.PathLike], *, log: pathlib.Path, what: str, **options) -> None:
    """Run a command to its end with output into ``log``.  Raises StackError with ``what`` failed."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as output:
        output.write(f"$ {' '.join(map(str, argv))}\n".encode())
        output.flush()
        try:
            result = subprocess.run([str(part) for part in argv], stdin=subprocess.DEVNULL, stdout=output,
                                    stderr=output, **options)
        except OSError as exc:
            raise StackError(f"{what} failed: {exc}", log) from exc
    if result.returncode:
        raise StackError(f"{what} failed (exit code {result.returncode})", log)


def _inherited() -> dict[str, str]:
    """The environment without what the tools set for themselves."""
    return {name: value for name, value in os.environ.items()
            if name not in ("PYTHONPATH", "PYTHONUNBUFFERED") and not name.startswith("NOVA_LITE_TOOLS_")}


def _identity(pid: int) -> str:
    """Start time and boot; empty for a process that does not run."""
    try:
        fields = _stat(pid)
    except (OSError, IndexError):
        return ""
    if fields[0] in "ZX":
        return ""
    return f"{fields[19]} {pathlib.Path('/proc/sys/kernel/random/boot_id').read_text().strip()}"


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the third (state) on; the second may hold blanks and brackets."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
