"""What the user sees while it runs: one line a step, with what came of it and the time it took."""
import contextlib
import os
import pathlib
import sys
import time

from tools.stack.errors import StackError

LOG_LINES = 15
INHERITED = "NOVA_LITE_TOOLS_PROGRESS"


class Step:
    """``changed`` says what was done; a step that says nothing, or ``unchanged``, did nothing."""

    def __init__(self):
        self.outcome, self.did_something = "nothing to do", False

    def changed(self, outcome: str) -> None:
        self.outcome, self.did_something = outcome, True

    def unchanged(self, outcome: str) -> None:
        self.outcome = outcome


class Progress:
    """One run, though it may consist of two processes: the second takes over from the environment."""

    def __init__(self):
        began, _, changes = os.environ.pop(INHERITED, "").partition(" ")
        self._began = float(began or time.monotonic())
        self.changes = int(changes or 0)

    def exported(self) -> dict[str, str]:
        """For the environment of the process that goes on."""
        return {INHERITED: f"{self._began} {self.changes}"}

    @property
    def seconds(self) -> float:
        """Since the start of the run."""
        return time.monotonic() - self._began

    @contextlib.contextmanager
    def step(self, name: str):
        """Prints the step's name when it begins and its outcome when it ends."""
        step, began = Step(), time.monotonic()
        print(f"{name:<22} ", end="", flush=True)
        try:
            yield step
        except BaseException:
            print(f"FAILED after {time.monotonic() - began:.1f} s", flush=True)
            raise
        self.changes += step.did_something
        print(f"{time.monotonic() - began:6.1f} s  {step.outcome}", flush=True)


def report(error: StackError) -> None:
    """The error on stderr: its line, the log's path, the log's last lines."""
    print(f"error: {error}", file=sys.stderr)
    if error.log and pathlib.Path(error.log).exists():
        lines = pathlib.Path(error.log).read_text(errors="replace").splitlines()[-LOG_LINES:]
        print(f"log: {error.log}", file=sys.stderr)
        for line in lines:
            print(f"  | {line}", file=sys.stderr)
