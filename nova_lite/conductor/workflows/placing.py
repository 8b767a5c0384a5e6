"""Asking the scheduler for hosts, with patience while none has been heard of.  Used by each workflow that places."""
import time

from nova_lite import exceptions, failpoints
from nova_lite.conf import CONF
from nova_lite.models import RequestSpec, Selection


def select(engine, context, action, spec: RequestSpec, trace) -> list[Selection]:
    """The claimed hosts; orders that are no longer current have none.  Raises NoValidHost, ServiceUnavailable."""
    try:
        selections, events = engine.scheduler.select_destinations(context, spec, trace.depth)
    except exceptions.NoValidHost as error:
        # Right after an outage of the broker no host has been heard of; their next heartbeats will come.
        first = engine.silences.setdefault(action.id, time.monotonic())
        if error.silent and time.monotonic() - first < CONF.service_down_time:
            raise exceptions.ServiceUnavailable("no host that would fit has been heard of lately") from error
        engine.silences.pop(action.id, None)
        raise
    engine.silences.pop(action.id, None)
    failpoints.hit("conductor", action.step, "chosen")
    trace.events += events
    return selections
