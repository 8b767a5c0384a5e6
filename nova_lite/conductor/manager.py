"""RPC endpoints of the conductor.  Nothing but endpoints: the work is in engine, heartbeats and sync."""
import functools
import logging
import threading
import time

from nova_lite import exceptions
from nova_lite.conductor import sync
from nova_lite.conductor.engine import SERVICE, Engine
from nova_lite.conductor.heartbeats import Heartbeats
from nova_lite.conf import CONF
from nova_lite.db import actions, session
from nova_lite.models import Event, Order, Report
from nova_lite.rpc import expected
from nova_lite.together import Together, Waiting
from nova_lite.trace import Trace

LOG = logging.getLogger(__name__)
AGAIN = 0.5                     # seconds between tries
MOST = 100                      # orders that are read at once


def _patient(method):
    """An endpoint of a cast that is tried again while the database is away, for [workflow] patience seconds.

    Its message is acknowledged before it runs, so what is not done here waits for the sweeper.  Meanwhile the
    thread is kept: more messages than threads and prefetch stay with the broker.
    """
    @functools.wraps(method)
    def wrapped(self, context, *args, **kwargs):
        until = time.monotonic() + CONF.workflow.patience
        while True:
            try:
                return method(self, context, *args, **kwargs)
            except exceptions.ServiceUnavailable as error:
                if time.monotonic() > until or self.stopping.wait(AGAIN):
                    raise
                LOG.warning("%s of request %s is tried again: %s", method.__name__, context.request_id, error)
    return wrapped


def _load(batch: list[Waiting]) -> None:
    """The rows of orders, those of messages that come at once by one statement."""
    with session.reader() as connection:
        rows = {row[0].id: row for row in actions.load(connection, [found for one in batch for found in one.item])}
    for one in batch:
        one.result = [rows[found] for found in one.item if found in rows]


class ConductorManager:
    """Topics ``conductor`` and ``reports``; any conductor takes a message.

    ``stopping``: the process is to end soon.
    """

    def __init__(self, engine: Engine, heartbeats: Heartbeats, stopping: threading.Event):
        self.engine, self.heartbeats, self.stopping = engine, heartbeats, stopping
        self._loads = Together(_load, MOST, len)

    def _run(self, context, orders, events, name):
        trace = Trace(SERVICE, depth=1, events=[Event.from_dict(e) for e in events])
        wanted = {order.action_id: order for order in orders}
        rows = [row for row in self._loads.do(list(wanted))
                if row[0].state == actions.OPEN and row[0].step == wanted[row[0].id].step]
        with trace.hop(name, rpc="cast", function=f"conductor.manager:ConductorManager.{name}"):
            self.engine.run(context, rows, trace)

    @_patient
    def build_instances(self, context, orders, events):
        """Find hosts for the servers of one request and have them built."""
        self._run(context, [Order.from_dict(o) for o in orders], events, "build_instances")

    @_patient
    def run_order(self, context, order, events):
        """Do the conductor's step of an order."""
        self._run(context, [Order.from_dict(order)], events, "run_order")

    @_patient
    def report(self, context, report):
        self.engine.report(context, Report.from_dict(report))

    def is_current(self, context, order):
        with session.reader() as connection:
            return bool(actions.still_open(connection, [Order.from_dict(order)]))

    def progress(self, context, order, event):
        self.engine.progress(Order.from_dict(order), event)

    @expected(exceptions.ServiceUnavailable)
    def confirm_heartbeat(self, context, host, orders, metrics):
        self.heartbeats.write([host], [Order.from_dict(o) for o in orders], {host: metrics} if metrics else {})

    def withdraw_fence(self, context, host):
        sync.withdraw_fence(host)

    @_patient
    def guest_event(self, context, host, instance_uuid, power_state, reason):
        sync.guest_event(self.engine, context, host, instance_uuid, power_state, reason)

    @expected(exceptions.ServiceUnavailable)
    def host_limits(self, context, host):
        return sync.host_limits(host)

    def sync_host(self, context, host, resources, shares, guests, fence_after):
        return sync.sync_host(self.engine, host, resources, shares, guests, fence_after)

    def host_instances(self, context, host, resources, shares, fence_after):
        return sync.host_instances(host, resources, shares, fence_after)
