"""The protocol of an image client (Glance v2's part that servers need)."""
import abc
import pathlib
from collections.abc import Callable, Iterator

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

    @abc.abstractmethod
    def url(self, image_id: str) -> str:
        """Where users find the image."""

    @abc.abstractmethod
    def create(self, context: RequestContext, image: ImageMeta) -> bool:
        """Make the image, without data yet; False: one with this id is there already.

        Raises Invalid (400), Forbidden, ImageQuotaExceeded (403).
        """

    @abc.abstractmethod
    def upload(self, context: RequestContext, image_id: str, path: pathlib.Path, disk_format: str,
               check: Callable[[], None] = lambda: None) -> None:
        """Send a file as the image's data; it is active and holds exactly these bytes when this returns.

        ``check()`` is called as the bytes go, and raises when they may not any more.  Raises ImageDamaged when the
        service has stored something else, ImageQuotaExceeded when it has no room.
        """

    @abc.abstractmethod
    def delete(self, context: RequestContext, image_id: str) -> None:
        """With its data; fine when it is gone.  Raises Forbidden, for one that is protected too."""

    @abc.abstractmethod
    def find(self, context: RequestContext, **filters: str) -> list[ImageMeta]:
        """The images with these attributes and properties that the context's project owns, newest first."""
