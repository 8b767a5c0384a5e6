"""What a compute service has at hand: its name, driver, clients and books."""
import dataclasses

from nova_lite.compute.orders import OrderBook
from nova_lite.compute.tracker import Tracker
from nova_lite.conductor.rpcapi import ConductorAPI
from nova_lite.network.client import NetworkClient
from nova_lite.virt.driver import ComputeDriver


@dataclasses.dataclass(frozen=True)
class Host:
    """Wired once, by cmd.compute (or the all-in-one process)."""

    name: str
    driver: ComputeDriver
    networks: NetworkClient
    conductor: ConductorAPI
    orders: OrderBook = dataclasses.field(default_factory=OrderBook)
    tracker: Tracker = dataclasses.field(default_factory=Tracker)
