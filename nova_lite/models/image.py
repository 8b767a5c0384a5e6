"""What Glance says of an image."""
import dataclasses

from nova_lite.models.base import Model


@dataclasses.dataclass(frozen=True)
class ImageMeta(Model):
    """``size`` in bytes, ``min_disk`` in GiB, ``min_ram`` in MiB; ``properties``: hw_*, os_*, kernel_id …"""

    id: str = ""
    name: str = ""
    status: str = "active"
    visibility: str = "private"
    owner: str | None = None
    disk_format: str | None = None
    container_format: str | None = None
    size: int | None = None
    checksum: str | None = None
    os_hash_algo: str | None = None
    os_hash_value: str | None = None
    min_disk: int = 0
    min_ram: int = 0
    properties: dict = dataclasses.field(default_factory=dict)
