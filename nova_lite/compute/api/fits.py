"""Whether what was asked for fits: an image in a flavor, metadata in its limit.  Raises what is wrong (400, 403)."""
from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.models import Flavor, ImageMeta


def image(flavor: Flavor, image: ImageMeta) -> None:
    """Raises ImageNotActive, FlavorMemoryTooSmall, FlavorDiskSmallerThanImage, FlavorDiskSmallerThanMinDisk."""
    if image.status != "active":
        raise exceptions.ImageNotActive(image_id=image.id)
    if flavor.memory_mb < image.min_ram:
        raise exceptions.FlavorMemoryTooSmall()
    if flavor.root_gb:
        if image.size and image.size > flavor.root_gb << 30:
            raise exceptions.FlavorDiskSmallerThanImage(flavor_size=flavor.root_gb << 30, image_size=image.size)
        if flavor.root_gb < image.min_disk:
            raise exceptions.FlavorDiskSmallerThanMinDisk(flavor_size=flavor.root_gb, image_min_disk=image.min_disk)


def metadata(items: dict) -> None:
    """Raises QuotaError."""
    limit = CONF.quota.metadata_items
    if 0 <= limit < len(items):
        raise exceptions.QuotaError(f"Maximum number of metadata items exceeds {limit}")
