"""An image client for tests in which images are only read."""
from nova_lite.image.client import ImageClient


class ReadableImages(ImageClient):
    """Subclasses have ``get`` and ``download``; whatever else is asked of them is the test's mistake."""

    def _no(self, *args, **kwargs):
        raise NotImplementedError("these images can only be read")

    url = create = upload = delete = find = _no
