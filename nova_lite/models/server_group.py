"""Server groups: servers that are to be near each other, or apart."""
import dataclasses

from nova_lite.models.base import Model

AFFINITY, ANTI_AFFINITY = "affinity", "anti-affinity"
SOFT_AFFINITY, SOFT_ANTI_AFFINITY = "soft-affinity", "soft-anti-affinity"


@dataclasses.dataclass(frozen=True)
class ServerGroup(Model):
    """``members`` are uuids of servers that live, oldest first.

    ``max_server_per_host`` is a rule of anti-affinity; None: one.
    """

    uuid: str
    project_id: str
    user_id: str
    name: str
    policy: str
    max_server_per_host: int | None = None
    members: tuple[str, ...] = ()
    id: int | None = None


@dataclasses.dataclass(frozen=True)
class GroupHosts(Model):
    """What the scheduler knows of a group.  ``hosts``: {host: members on it, or on their way to it}."""

    uuid: str
    policy: str
    max_per_host: int = 1
    hosts: dict = dataclasses.field(default_factory=dict)

    def joined_by(self, host: str) -> "GroupHosts":
        """With one more member on that host."""
        return self.replace(hosts={**self.hosts, host: self.hosts.get(host, 0) + 1})

    def admits(self, host: str) -> bool:
        """Whether one more member may be on that host; a soft policy has no objection."""
        if self.policy == AFFINITY:
            return not self.hosts or host in self.hosts
        if self.policy == ANTI_AFFINITY:
            return self.hosts.get(host, 0) < self.max_per_host
        return True
