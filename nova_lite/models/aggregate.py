"""Aggregates: hosts that have something in common, said by metadata."""
import contextlib
import dataclasses
import datetime

from nova_lite.models.base import Model

ZONE = "availability_zone"
# Metadata that takes the place of a host's own allocation ratio, by what of the host it is about.
RATIOS = {"vcpus": "cpu_allocation_ratio", "memory_mb": "ram_allocation_ratio", "local_gb": "disk_allocation_ratio"}


def ratio(text: str) -> float:
    """Raises ValueError for what is no positive number."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise ValueError(text)
    return number


def ratio_of(metadata: dict[str, list[str]], what: str) -> float | None:
    """The smallest of what a host's aggregates say of its ``what``; None: nothing."""
    found = []
    for text in metadata.get(RATIOS[what], ()):
        with contextlib.suppress(ValueError):           # of before it was refused
            found.append(ratio(text))
    return min(found, default=None)


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
