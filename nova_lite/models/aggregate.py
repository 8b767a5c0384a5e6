"""Aggregates: hosts that have something in common, said by metadata."""
import dataclasses
import datetime

from nova_lite.models.base import Model

ZONE = "availability_zone"


@dataclasses.dataclass(frozen=True)
class Aggregate(Model):
    """``hosts`` in the order they came.  Times are naive UTC."""

    id: int
    uuid: str
    name: str
    metadata: dict
    created_at: datetime.datetime
    updated_at: datetime.datetime | None = None
    hosts: tuple[str, ...] = ()

    @property
    def zone(self) -> str | None:
        """The availability zone that it makes of its hosts."""
        return self.metadata.get(ZONE)
