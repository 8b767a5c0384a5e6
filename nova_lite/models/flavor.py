"""What a server gets of a host."""
import dataclasses

from nova_lite.models.base import Model


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
