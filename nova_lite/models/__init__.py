"""Typed, frozen values that cross a boundary (a message, a layer).

Each has ``to_dict`` and ``from_dict``; a dict holds only JSON types, so that it can be a message or
a JSON column.  Unknown keys are dropped by ``from_dict``, so that a newer sender does no harm.
"""
from nova_lite.models.action import Action, Event, Order, Report, event_name
from nova_lite.models.base import Model
from nova_lite.models.block_device import BlockDevice
from nova_lite.models.console import ConsoleEndpoint, ConsoleToken
from nova_lite.models.diagnostics import Diagnostics
from nova_lite.models.finding import Finding
from nova_lite.models.flavor import Flavor
from nova_lite.models.host import Guest, HostResources, Selection
from nova_lite.models.image import ImageMeta
from nova_lite.models.instance import Fault, Instance
from nova_lite.models.migration import Migration, OldDisks
from nova_lite.models.network import FixedIP, Network, NetworkRequest, PortState, ServerPort, Subnet, Vif
from nova_lite.models.request_spec import RequestSpec
from nova_lite.models.security import FloatingAddress, PortSecurity, SecurityRule

__all__ = ["Action", "BlockDevice", "ConsoleEndpoint", "ConsoleToken", "Diagnostics", "Event", "Fault", "Finding",
           "FixedIP", "Flavor", "FloatingAddress", "Guest", "HostResources", "ImageMeta", "Instance", "Migration",
           "Model", "Network", "NetworkRequest", "OldDisks", "Order", "PortSecurity", "PortState", "Report",
           "RequestSpec", "SecurityRule", "Selection", "ServerPort", "Subnet", "Vif", "event_name"]
