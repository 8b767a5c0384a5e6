"""What a compute service has at hand: its name, driver, clients and books."""
import dataclasses
import threading

from nova_lite import exceptions
from nova_lite.compute.attachments import Attachments
from nova_lite.compute.fence import Fence
from nova_lite.compute.orders import OrderBook
from nova_lite.compute.tracker import Tracker
from nova_lite.conductor.rpcapi import ReportsAPI
from nova_lite.context import admin_context
from nova_lite.network.client import NetworkClient
from nova_lite.virt.driver import ComputeDriver


@dataclasses.dataclass(frozen=True)
class Host:
    """Wired once, by cmd.compute (or the all-in-one process)."""

    name: str
    driver: ComputeDriver
    networks: NetworkClient
    conductor: ReportsAPI
    orders: OrderBook = dataclasses.field(default_factory=OrderBook)
    tracker: Tracker = dataclasses.field(init=False)
    attachments: Attachments = dataclasses.field(default_factory=Attachments)
    fence: Fence = dataclasses.field(init=False)
    unheard: threading.Event = dataclasses.field(default_factory=threading.Event)    # set: a message was not sent
    # {uuid: the newest change's mark}: guests that changed by themselves, until their servers' rows are known to say it
    changed: dict[str, object] = dataclasses.field(default_factory=dict)

    def __post_init__(self):
        object.__setattr__(self, "tracker", Tracker(self._limits))
        object.__setattr__(self, "fence", Fence(self.name, self.driver, self.orders))

    def _limits(self) -> dict[str, int]:
        """What may be claimed here, as the claims have it; none while no conductor answers."""
        try:
            return self.conductor.host_limits(admin_context(), self.name)
        except exceptions.ServiceUnavailable:
            return {}

    def check(self, uuid: str) -> None:
        """Raises BuildAbort when work on the server may not go on: it is to be deleted, or may be another host's."""
        if self.fence.closed():
            raise exceptions.BuildAbort(instance_uuid=uuid, reason=f"host {self.name} has lost its lease")
        self.orders.check_doomed(uuid)
