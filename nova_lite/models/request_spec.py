"""What the scheduler must find a host for."""
import dataclasses

from nova_lite.models.action import Order
from nova_lite.models.base import Model
from nova_lite.models.flavor import Flavor
from nova_lite.models.image import ImageMeta
from nova_lite.models.server_group import GroupHosts


@dataclasses.dataclass(frozen=True)
class RequestSpec(Model):
    """One request for ``len(orders)`` servers of the same kind."""

    orders: tuple[Order, ...]
    flavor: Flavor
    image: ImageMeta = ImageMeta()
    project_id: str = ""
    availability_zone: str | None = None
    force_hosts: tuple[str, ...] = ()
    force_nodes: tuple[str, ...] = ()
    ignore_hosts: tuple[str, ...] = ()        # hosts that have failed this build
    scheduler_hints: dict = dataclasses.field(default_factory=dict)
    source_host: str | None = None            # of the server that is to move
    group: GroupHosts | None = None           # of the hint ``group``: the scheduler's own knowledge
    same_host: tuple[str, ...] | None = None  # hosts of the servers that the hint names; the scheduler's own knowledge
    different_host: tuple[str, ...] = ()      # the same
    transition: str = "claimed"               # the state event that the claim makes
    moves: bool = False                       # the claim is of an open move: until that says so the server stays
    next_step: str = ""                       # the step that the chosen host does
    step_timeout: int = 300                   # seconds the host may work on it

    def placed(self, host: str) -> "RequestSpec":
        """As it is for the next of its servers, once one is put on this host."""
        return self if self.group is None else self.replace(group=self.group.joined_by(host))
