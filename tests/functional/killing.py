"""kill -9 of one service of the all-in-one process, as truly as a process can lose a part of itself.

From ``kill`` on, no code of the service touches anything any more: every object it is made of raises SystemExit at
the next use of an attribute, so that its threads end wherever they are and their ``finally`` clauses and undo
stacks find nothing to work with.  What it kept in memory is lost with the objects.
"""
import concurrent.futures
import functools

import oslo_messaging

from nova_lite.periodic import Periodic

_RUNNING = (Periodic, oslo_messaging.MessageHandlingServer, concurrent.futures.Executor)


def _killed(self, name):
    raise SystemExit("this service was killed")


@functools.cache
def _dead(cls: type) -> type:
    """A class of the same layout that an object can become."""
    return type(f"Dead{cls.__name__}", (cls,), {"__getattribute__": _killed})


def _objects(parts: dict) -> list:
    """Everything of ours that the parts hold, and what they have running."""
    found, waiting = {}, list(parts.values())
    while waiting:
        each = waiting.pop()
        if isinstance(each, list | tuple):
            waiting += each
        elif id(each) not in found and (isinstance(each, _RUNNING) or _is_a_part(each)):
            found[id(each)] = each
            if not isinstance(each, _RUNNING):
                waiting += vars(each).values()
    return list(found.values())


def _is_a_part(each) -> bool:
    cls = type(each)
    return cls.__module__.startswith("nova_lite.") and not cls.__module__.startswith("nova_lite.models") and hasattr(
        each, "__dict__") and not cls.__name__.startswith("Dead")


def kill(parts: dict) -> None:
    """The service with these parts is dead; it may be a thread of its own that says so."""
    found = _objects(parts)
    for each in found:
        if isinstance(each, oslo_messaging.MessageHandlingServer):
            each.stop()                                   # messages wait for the next one
        elif isinstance(each, concurrent.futures.Executor):
            each.shutdown(wait=False, cancel_futures=True)
        elif isinstance(each, Periodic):
            each.stop(wait=0)
    for each in found:
        if not isinstance(each, _RUNNING):
            object.__setattr__(each, "__class__", _dead(type(each)))
