"""A service process as the cloud knows it."""
import dataclasses
import datetime

from nova_lite.models.base import Model

COMPUTE = "nova-compute"


@dataclasses.dataclass(frozen=True)
class Service(Model):
    """One binary on one host.  Times are naive UTC; ``last_seen_up`` is the newest heartbeat.

    ``fence_after``: seconds after that when a compute host stops its guests by itself; 0: it does not.
    """

    id: int
    uuid: str
    binary: str
    host: str
    topic: str
    disabled: bool = False
    disabled_reason: str | None = None
    forced_down: bool = False
    fence_after: int = 0
    last_seen_up: datetime.datetime | None = None
    created_at: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None
