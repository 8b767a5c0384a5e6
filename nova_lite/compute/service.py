"""A running compute service: startup, RPC server, heartbeats, lifecycle events, drain."""
import logging
import time

from nova_lite import exceptions, rpc
from nova_lite.compute import fence, monitors, ownership, startup
from nova_lite.compute.host import Host
from nova_lite.compute.manager import ComputeManager
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.periodic import Periodic
from nova_lite.virt.driver import LifecycleEvent

LOG = logging.getLogger(__name__)


class ComputeService:
    """``start`` returns when the host serves; ``stop`` drains.  ``on_heartbeat()``: one was sent."""

    def __init__(self, host: Host, stopping=lambda: False, on_heartbeat=lambda: None):
        self.host, self._stopping, self._on_heartbeat = host, stopping, on_heartbeat
        self.manager = ComputeManager(host)
        self._server = None
        self._reported = 0.0                 # monotonic seconds of the last heartbeat
        self._monitors = monitors.Monitors(host.driver)
        self._periodics: list[Periodic] = []

    def start(self) -> None:
        self.host.driver.init_host(self._on_lifecycle)
        self.host.fence.start()
        startup.reconcile(self.host, self._stopping)
        self._server = rpc.server("compute", self.host.name, [self.manager])
        self._server.start()
        for name, function in (("heartbeat", self._heartbeat), ("changed guests", self._look_at_changed)):
            self._periodics.append(Periodic(
                name, function, lambda: min(CONF.workflow.step_lease / 3, self._heartbeat_interval())).start())
        if CONF.compute.sync_power_state_interval:
            self._periodics.append(Periodic(
                "power states", lambda: ownership.compare(self.host),
                lambda: CONF.compute.sync_power_state_interval).start())
        if self.host.driver.network.listens:
            self._periodics.append(Periodic("security groups", self._secure,
                                            lambda: CONF.network.security_groups_interval).start())
        LOG.info("compute host %s serves", self.host.name)

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
        self.manager.drain()
        for periodic in self._periodics:
            periodic.stop()
        if self._server is not None:
            self._server.wait()
        self._withdraw_promise()
        self.host.fence.stop()
        self.host.driver.close()

    def _withdraw_promise(self) -> None:
        """Guests go on while a service is stopped in order; if nobody hears that, they are stopped as promised."""
        if CONF.compute.fence_after and not self.host.fence.closed():
            try:
                self.host.conductor.withdraw_fence(admin_context(), self.host.name)
            except exceptions.ServiceUnavailable as error:
                LOG.warning("no conductor heard that this host stops, its guests will be fenced: %s", error)
            else:
                self.host.fence.lift()

    @staticmethod
    def _heartbeat_interval() -> float:
        fence_after = CONF.compute.fence_after
        return min(CONF.report_interval, fence_after / 4) if fence_after else CONF.report_interval

    def _heartbeat(self):
        if self.host.fence.closed():
            startup.reconcile(self.host, self._stopping)
        # A host with open work reports often enough that one lost heartbeat costs no lease.
        orders = self.host.orders.open()
        due = time.monotonic() - self._reported >= self._heartbeat_interval() * 0.9
        if due or orders or self.host.unheard.is_set():
            self._reported = time.monotonic()
            self._report(orders)

    def _report(self, orders) -> None:
        """A host that fences itself must know that it was heard; of the others a cast says as much as they need.

        When a message could not be sent the conductor may have given up what it was about, so the first one that
        can is followed by a comparison.
        """
        context, metrics, asked_at = admin_context(), self._monitors.read(), fence.clock()
        if CONF.compute.fence_after:
            self.host.conductor.confirm_heartbeat(context, self.host.name, orders, metrics)
            self.host.fence.renew(asked_at)
        elif not self.host.conductor.heartbeat(context, self.host.name, orders, metrics):
            self.host.unheard.set()
            return
        self._on_heartbeat()
        if self.host.unheard.is_set():
            self.host.unheard.clear()
            self.manager.compare(context)

    def _secure(self):
        """Security groups and floating IPs are the network service's, and change while guests run."""
        network = self.host.driver.network
        if network.owners():
            network.secure(self.host.networks.security(admin_context(), self.host.name))

    def _look_at_changed(self):
        """What was told of a guest is a hint: an order may have been at work on its server, and reported what was
        before; or nobody heard it."""
        if self.host.changed and not self.host.fence.closed():
            ownership.compare(self.host)

    def _on_lifecycle(self, event: LifecycleEvent):
        self.host.changed[event.uuid] = object()
        if not self.host.orders.busy(event.uuid):
            self.host.conductor.guest_event(admin_context(), self.host.name, event.uuid, event.power_state,
                                            event.reason)
