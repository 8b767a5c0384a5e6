"""The protocol of an image client (Glance v2's part that computes need)."""
import abc
from collections.abc import Iterator

from nova_lite.context import RequestContext
from nova_lite.models import ImageMeta


class ImageClient(abc.ABC):
    """All methods raise ImageNotFound for an image that the context may not see (or that is deleted),
    and ServiceUnavailable when the service does not answer."""

    @abc.abstractmethod
    def get(self, context: RequestContext, image_id: str) -> ImageMeta:
        """What the service says of the image."""

    @abc.abstractmethod
    def download(self, context: RequestContext, image_id: str) -> Iterator[bytes]:
        """The image's bytes in chunks; the caller checks size and hash against ``get``."""
