"""The compute API layer: check, persist the server and the order in one transaction, cast.

Called by the REST handlers; the only user of the database on their behalf.  Everything that changes a guest is
an order here and work elsewhere; when a call returns, the row says already what goes on (task_state).
"""
from nova_lite.compute.api.consoles import Consoles
from nova_lite.compute.api.create import CreateRequest, Creation
from nova_lite.compute.api.delete import Deletion
from nova_lite.compute.api.details import Details
from nova_lite.compute.api.explain import Explanations
from nova_lite.compute.api.floating_ips import FloatingAddresses
from nova_lite.compute.api.freeze import FreezeActions
from nova_lite.compute.api.guest_orders import GuestOrders
from nova_lite.compute.api.history import History
from nova_lite.compute.api.interfaces import Interfaces
from nova_lite.compute.api.locks import Locks
from nova_lite.compute.api.moves import Moves
from nova_lite.compute.api.power import PowerActions
from nova_lite.compute.api.rebuild import RebuildActions, RebuildRequest
from nova_lite.compute.api.rescue import RescueActions
from nova_lite.compute.api.reset import Reset
from nova_lite.compute.api.security_groups import SecurityGroups
from nova_lite.compute.api.shelve import Shelving

__all__ = ("API", "CreateRequest", "RebuildRequest")


class API(GuestOrders, SecurityGroups, Consoles, Creation, Details, FloatingAddresses, Interfaces, Locks, PowerActions,
          FreezeActions, RebuildActions, RescueActions, Shelving, Moves, Deletion, Reset, History, Explanations):
    """All of it, one file an area."""
