"""Answer of a server's trace."""
from nova_lite.api.schemas.parameter_types import (
    INTEGER,
    MICROSECONDS,
    STRING,
    always,
    exact,
    listed,
    or_null,
)

_event = exact({
    "event": STRING, "service": STRING, "host": STRING, "pid": INTEGER, "result": or_null(STRING), "depth": INTEGER,
    "rpc": {"enum": ["cast", "call", ""]}, "function": STRING, "transition": STRING, "details": or_null(STRING),
    "start": MICROSECONDS, "finish": or_null(MICROSECONDS), "traceback": or_null(STRING)},
    optional=("traceback",))            # for administrators
SHOWN = always(exact({"actions": listed(exact({
    "action": STRING, "request_id": STRING, "state": {"enum": ["open", "done", "failed", "cancelled"]},
    "step": or_null(STRING), "attempt": INTEGER, "start_time": MICROSECONDS, "finish_time": or_null(MICROSECONDS),
    "message": or_null(STRING), "events": listed(_event)}))}))
