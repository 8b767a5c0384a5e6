"""What a server gets of a host."""
import dataclasses
import typing

import os_resource_classes

from nova_lite.models.base import Model


class Claim(typing.NamedTuple):
    """What a server takes of its host: CPUs, MiB, GiB."""

    vcpus: int
    memory_mb: int
    disk_gb: int


@dataclasses.dataclass(frozen=True)
class Flavor(Model):
    """``memory_mb`` and ``swap`` in MiB, ``root_gb`` and ``ephemeral_gb`` in GiB."""

    flavorid: str
    name: str
    vcpus: int
    memory_mb: int
    root_gb: int
    ephemeral_gb: int = 0
    swap: int = 0
    rxtx_factor: float = 1.0
    is_public: bool = True
    disabled: bool = False
    description: str | None = None
    extra_specs: dict = dataclasses.field(default_factory=dict)
    id: int | None = None

    @property
    def disk_gb(self) -> int:
        """GiB of disk that the claim takes; swap is rounded up, as Nova does."""
        return self.root_gb + self.ephemeral_gb + -(-self.swap // 1024)

    @property
    def resources(self) -> dict[str, int]:
        """Amounts of resource classes, as the extra specs ``resources:CLASS`` say; what is no number counts as 0."""
        return {key.removeprefix("resources:"): int(value) if value.isdecimal() else 0
                for key, value in self.extra_specs.items() if key.startswith("resources:")}

    @property
    def claim(self) -> Claim:
        """What the scheduler claims: the flavor's own sizes, unless its resources say otherwise."""
        asked = self.resources
        return Claim(asked.get(os_resource_classes.VCPU, self.vcpus),
                     asked.get(os_resource_classes.MEMORY_MB, self.memory_mb),
                     asked.get(os_resource_classes.DISK_GB, self.disk_gb))
