"""The trace: every hop of an action, timed where it happens, written where a transaction is made anyway.

A process records its hops in a ``Trace`` and hands ``trace.events`` on in the message or report that
it sends anyway; whoever makes the next transaction stores them.  A trace costs no message and no
commit of its own.
"""
import contextlib
import dataclasses
import datetime
import os
import time

from nova_lite import exceptions, metrics
from nova_lite.conf import CONF
from nova_lite.models import Event


def now() -> datetime.datetime:
    """Naive UTC with microseconds, as the database and Nova's API have it."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


class Trace:
    """Hops recorded by one process for one action.

    ``service`` is the binary (``nova-compute``); ``depth`` the indentation of the first hop.
    """

    def __init__(self, service: str, depth: int = 0, events=(), host: str | None = None):
        self.service = service
        self.depth = depth
        self.host = host or CONF.host
        self.events: list[Event] = list(events)

    @contextlib.contextmanager
    def hop(self, event: str, *, function: str = "", rpc: str = "", public: bool = False,
            details: str | None = None, transition: str = "", began: datetime.datetime | None = None):
        """Time one hop (which may have begun before, at ``began``); an exception makes its result Error."""
        index = len(self.events)
        self.events.append(Event(
            event=event, service=self.service, host=self.host, pid=os.getpid(), start=began or now(),
            depth=self.depth, rpc=rpc, function=function, public=public, details=details, transition=transition))
        self.depth += 1
        begun = time.monotonic()
        result, text = "Success", None
        try:
            yield
        except BaseException as error:
            result, text = "Error", exceptions.traceback_of(error)
            raise
        finally:
            self.depth -= 1
            event_ = self.events[index]
            seconds = time.monotonic() - begun
            metrics.HOPS.labels(self.service, event, result).observe(seconds)
            self.events[index] = dataclasses.replace(
                event_, result=result, traceback=text,
                finish=max(now(), event_.start) if began else
                event_.start + datetime.timedelta(seconds=seconds))

    def finished(self, result: str = "Success") -> tuple[Event, ...]:
        """All hops; one that still runs is closed now with ``result`` (its end cannot ride on its own report)."""
        return tuple(e if e.finish else dataclasses.replace(e, finish=now(), result=result) for e in self.events)
