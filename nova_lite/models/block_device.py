"""What a server's user said of one of its disks, and where the guest finds it."""
import dataclasses

from nova_lite.models.base import Model

ROOT = "root"


@dataclasses.dataclass(frozen=True)
class BlockDevice(Model):
    """``name``: which disk it is; ``serial`` and ``pci_address`` (0000:00:03.0): as its guest has it, None: unknown."""

    name: str
    tag: str | None = None
    serial: str | None = None
    pci_address: str | None = None
