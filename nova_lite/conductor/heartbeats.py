"""Heartbeats of compute hosts, folded: however many hosts, one statement an interval."""
import logging
import threading

from nova_lite import exceptions
from nova_lite.compute.rpcapi import ComputeAPI
from nova_lite.context import admin_context
from nova_lite.db import actions, services, session
from nova_lite.db import hosts as hosts_db
from nova_lite.models import Order

LOG = logging.getLogger(__name__)


class Heartbeats:
    """``take`` from a thread that reads them, ``flush`` every [workflow] fold_interval seconds from one."""

    def __init__(self):
        self._lock = threading.Lock()
        self._hosts: set[str] = set()
        self._orders: dict[int, Order] = {}
        self._metrics: dict[str, dict[str, float]] = {}
        self._compute = ComputeAPI()

    def take(self, host: str, orders: list[dict], metrics: dict[str, float]) -> None:
        """A message of ``ReportsAPI.heartbeat``'s."""
        told = {order.action_id: order for order in map(Order.from_dict, orders)}
        with self._lock:
            self._hosts.add(host)
            self._orders.update(told)
            if metrics:
                self._metrics[host] = metrics

    def flush(self) -> None:
        """Write what has come since the last time; kept for the next time when the database is away."""
        with self._lock:
            hosts, orders, metrics = self._hosts, self._orders, self._metrics
            self._hosts, self._orders, self._metrics = set(), {}, {}
        if not hosts:
            return
        try:
            self.write(sorted(hosts), [orders[key] for key in sorted(orders)], metrics)
        except exceptions.ServiceUnavailable:
            with self._lock:
                self._hosts |= hosts
                self._orders = orders | self._orders
                self._metrics = metrics | self._metrics
            raise

    def write(self, hosts: list[str], orders: list[Order], metrics: dict[str, dict[str, float]]) -> None:
        """They live, work on these and measure this.  A host that had been taken for dead may have lost what it still
        has."""
        for host in self._write(hosts, orders, metrics):
            LOG.warning("compute host %s is heard again", host)
            self._compute.compare(admin_context(), host)

    @staticmethod
    @session.transaction
    def _write(connection, hosts, orders, metrics) -> list[str]:
        back = services.silent(connection, "nova-compute", hosts)
        services.heartbeat(connection, "nova-compute", hosts)
        if orders:
            actions.extend(connection, orders)
        if metrics:
            hosts_db.measured(connection, metrics)
        return back
