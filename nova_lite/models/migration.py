"""A move of a server: to another host, or on its own one to another flavor."""
import dataclasses
import datetime

from nova_lite.models.base import Model
from nova_lite.models.flavor import Flavor

RESIZE, MIGRATION, LIVE_MIGRATION = "resize", "migration", "live-migration"
# Nova's words.
PRE_MIGRATING, MIGRATING, POST_MIGRATING, FINISHED = "pre-migrating", "migrating", "post-migrating", "finished"
CONFIRMING, CONFIRMED, REVERTING, REVERTED = "confirming", "confirmed", "reverting", "reverted"
ERROR, FAILED = "error", "failed"       # of the way there, and of the way back


@dataclasses.dataclass(frozen=True)
class Migration(Model):
    """One row of ``migrations``.  Times are naive UTC; ``dest_*`` are None until a host is chosen.

    ``open``: the hosts of both ends hold something of the server, claims and maybe disks.
    """

    id: int
    uuid: str
    instance_uuid: str
    migration_type: str
    status: str
    source_compute: str
    source_node: str
    old_flavor: Flavor
    new_flavor: Flavor
    old_vm_state: str
    source_zone: str | None = None
    dest_compute: str | None = None
    dest_node: str | None = None
    dest_zone: str | None = None
    dest_host: str | None = None            # its address
    user_id: str = ""
    project_id: str = ""
    open: bool = True
    created_at: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None

    @property
    def same_host(self) -> bool:
        return self.source_compute == self.dest_compute

    @property
    def held(self) -> tuple[int, int]:
        """Virtual CPUs and MiB that the project is charged while it is open: those of the larger flavor, each."""
        return (max(self.old_flavor.vcpus, self.new_flavor.vcpus),
                max(self.old_flavor.memory_mb, self.new_flavor.memory_mb))


@dataclasses.dataclass(frozen=True)
class OldDisks(Model):
    """What a host has set aside of a server that left it: the mark of that move, and of the guest that had them."""

    migration_uuid: str
    attempt: int
