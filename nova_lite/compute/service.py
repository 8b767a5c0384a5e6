"""A running compute service: startup, RPC server, heartbeats, lifecycle events, drain."""
import logging
import time

from nova_lite import rpc
from nova_lite.compute import startup, tracker
from nova_lite.compute.host import Host
from nova_lite.compute.manager import ComputeManager
from nova_lite.conf import CONF
from nova_lite.context import admin_context
from nova_lite.models import Instance
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
        self._periodics: list[Periodic] = []

    def start(self) -> None:
        startup.init_host(self.host, self._on_lifecycle, self._stopping)
        self._server = rpc.server("compute", self.host.name, [self.manager])
        self._server.start()
        self._periodics.append(Periodic("heartbeat", self._heartbeat,
                                         lambda: min(CONF.workflow.step_lease / 3, CONF.report_interval)).start())
        if CONF.compute.sync_power_state_interval:
            self._periodics.append(Periodic(
                "power states", self._sync, lambda: CONF.compute.sync_power_state_interval).start())
        LOG.info("compute host %s serves", self.host.name)

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
        self.manager.drain()
        for periodic in self._periodics:
            periodic.stop()
        if self._server is not None:
            self._server.wait()
        self.host.driver.close()

    def _heartbeat(self):
        # A host with open work reports often enough that one lost heartbeat costs no lease.
        orders = self.host.orders.open()
        if orders or time.monotonic() - self._reported >= CONF.report_interval * 0.9:
            self._reported = time.monotonic()
            if self.host.conductor.heartbeat(admin_context(), self.host.name, orders):
                self._on_heartbeat()

    def _on_lifecycle(self, event: LifecycleEvent):
        if not self.host.orders.busy(event.uuid):
            self.host.conductor.guest_event(admin_context(), self.host.name, event.uuid, event.power_state,
                                            event.reason)

    def _sync(self):
        resources = self.host.driver.available_resource()
        answer = self.host.conductor.host_instances(admin_context(), self.host.name, resources,
                                                    tracker.limits(resources))
        startup.report_power_states(self.host, [Instance.from_dict(i) for i in answer["instances"]])
