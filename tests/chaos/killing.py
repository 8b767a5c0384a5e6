"""kill -9 of a server that a test has started, with all that belongs to it."""
import os
import signal

from tests.waiting import wait
from tools.stack import ports, process
from tools.stack.errors import StackError


def kill_session(session: int, port: int) -> None:
    """Kill every process of the session; returns when ``port`` can be listened on again.

    That is later than the last process is seen: its first thread may be gone while others still hold its sockets.
    """
    for pid in process.session_members(session):
        os.kill(pid, signal.SIGKILL)
    wait(lambda: not process.session_members(session) and _free(port), 60)


def _free(port: int) -> bool:
    try:
        ports.demand_free(port, "a test")
    except StackError:
        return False
    return True
