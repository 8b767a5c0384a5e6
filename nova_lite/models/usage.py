"""What a server has used of a period."""
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
