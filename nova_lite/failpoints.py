"""Named places where a test makes the work fail, wait or die; nothing happens there otherwise.

A place is ``<service>.<step>.<moment>``: ``conductor.terminate_instance.committed``, ``compute.stop_instance.done``.
In one process a test arms it with a function (``armed``).  Of other processes it names a directory in the
environment (``NOVA_LITE_FAILPOINTS``) before they start: a file in it with a place's name is taken (by one process,
once) and its text is done there: ``kill`` (SIGKILL), ``stop`` (SIGSTOP), ``sleep SECONDS`` or ``raise``.
"""
import contextlib
import os
import pathlib
import signal
import threading
import time
from collections.abc import Callable, Mapping

ENVIRONMENT = "NOVA_LITE_FAILPOINTS"
_functions: dict[str, Callable[[], None]] = {}
_directory = pathlib.Path(os.environ[ENVIRONMENT]) if os.environ.get(ENVIRONMENT) else None


class Failed(Exception):
    """What ``raise`` raises."""


def hit(service: str, step: str, moment: str) -> None:
    """The work has come to this place."""
    if not _functions and _directory is None:
        return
    place = f"{service}.{step}.{moment}"
    if (function := _functions.get(place)) is not None:
        function()
    if _directory is not None:
        _obey(place)


def _obey(place: str) -> None:
    path = _directory / place
    try:
        order, _, argument = path.read_text().partition(" ")
        path.unlink()                       # of several processes one gets it
    except FileNotFoundError:
        return
    if order == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif order == "stop":
        # To this very thread: sent to the process it may be another that stops first, and this one runs on meanwhile.
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)
    elif order == "sleep":
        time.sleep(float(argument))
    else:
        raise Failed(place)


@contextlib.contextmanager
def armed(functions: Mapping[str, Callable[[], None]]):
    """Call each place's function whenever the work of this process comes there."""
    _functions.update(functions)
    try:
        yield
    finally:
        for place in functions:
            _functions.pop(place, None)
