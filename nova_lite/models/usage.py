"""What a server has used of a period, and whether the bus was told of it."""
import dataclasses
import datetime

from nova_lite.models.base import Model
from nova_lite.models.flavor import Flavor


@dataclasses.dataclass(frozen=True)
class ServerUsage(Model):
    """Times are naive UTC; ``terminated_at`` None: it lives."""

    id: int
    uuid: str
    project_id: str
    display_name: str
    vm_state: str
    flavor: Flavor
    launched_at: datetime.datetime
    terminated_at: datetime.datetime | None = None

    def hours(self, start: datetime.datetime, stop: datetime.datetime) -> float:
        """How long it was there between these two times."""
        end = min(stop, self.terminated_at) if self.terminated_at else stop
        return max((end - max(self.launched_at, start)).total_seconds(), 0) / 3600


@dataclasses.dataclass(frozen=True)
class UsageAudit(Model):
    """How far the bus has been told of a host's servers of a period: of ``instances``, and of all when ``done``."""

    host: str
    done: bool
    instances: int
    started_at: datetime.datetime
    finished_at: datetime.datetime | None = None
