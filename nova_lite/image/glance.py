"""The image client of Glance v2, real or embedded.  Called by the API (``get``) and by computes."""
from collections.abc import Iterator

import requests

from nova_lite import exceptions, service_auth
from nova_lite.conf import CONF
from nova_lite.context import RequestContext
from nova_lite.image.client import ImageClient
from nova_lite.models import ImageMeta

CHUNK = 1 << 18
_FIELDS = ("id", "name", "status", "visibility", "owner", "disk_format", "container_format", "size", "checksum",
           "os_hash_algo", "os_hash_value", "min_disk", "min_ram")
# What Glance itself says of an image beside its properties.
_NOT_PROPERTIES = frozenset((*_FIELDS, "tags", "self", "file", "schema", "created_at", "updated_at", "protected",
                             "os_hidden", "virtual_size", "locations", "direct_url", "stores"))


class GlanceClient(ImageClient):
    """With the user's token where the context has one.  Otherwise, or when that token has expired since,
    with the service user's, and then what the user may see is checked here."""

    def __init__(self):
        self._adapter = service_auth.ServiceAdapter(
            "image", CONF.glance.endpoint_override or service_auth.embedded_url("/image"), CONF.glance.timeout)

    def get(self, context: RequestContext, image_id: str) -> ImageMeta:
        return _meta(self._find(context, image_id)[0])

    def download(self, context: RequestContext, image_id: str) -> Iterator[bytes]:
        """Raises ImageUnacceptable when the image has no data."""
        _, token = self._find(context, image_id)
        response = self._request(context, f"/v2/images/{image_id}/file", token, stream=True,
                                 headers={"Accept": "application/octet-stream"})
        if response.status_code == 204:
            response.close()
            raise exceptions.ImageUnacceptable(image_id=image_id, reason="it has no data")
        self._check(response, image_id)
        return self._chunks(response, image_id)

    def _chunks(self, response: requests.Response, image_id: str) -> Iterator[bytes]:
        with response:
            try:
                yield from response.iter_content(CHUNK)
            except requests.RequestException as exc:
                raise exceptions.ServiceUnavailable(f"The download of image {image_id} was cut off: {exc}") from exc

    def _find(self, context: RequestContext, image_id: str) -> tuple[dict, str | None]:
        """The image's JSON, and the token it was got with (None: the service user's)."""
        if not image_id or "/" in image_id or "?" in image_id or "#" in image_id or image_id in (".", ".."):
            raise exceptions.ImageNotFound(image_id=image_id)
        token = context.auth_token
        response = self._request(context, f"/v2/images/{image_id}", token)
        if token is not None and response.status_code == 401:
            token = None
            response = self._request(context, f"/v2/images/{image_id}", None)
        self._check(response, image_id)
        image = response.json()
        if token is None and not self._may_see(context, image):
            raise exceptions.ImageNotFound(image_id=image_id)
        return image, token

    def _may_see(self, context: RequestContext, image: dict) -> bool:
        if context.is_admin or image.get("owner") == context.project_id or \
                image.get("visibility") in ("public", "community"):
            return True
        if image.get("visibility") != "shared":
            return False
        response = self._request(context, f"/v2/images/{image['id']}/members/{context.project_id}", None)
        return response.status_code == 200

    def _request(self, context: RequestContext, path: str, token: str | None, **kwargs) -> requests.Response:
        return self._adapter.request("GET", path, token=token, request_id=context.request_id, **kwargs)

    def _check(self, response: requests.Response, image_id: str) -> None:
        if response.status_code < 400:
            return
        if response.status_code in (400, 403, 404):
            raise exceptions.ImageNotFound(image_id=image_id)
        raise exceptions.ServiceUnavailable(
            f"The image service at {self._adapter.endpoint} answered {response.status_code}")


def _meta(image: dict) -> ImageMeta:
    fields = {name: image.get(name) for name in _FIELDS}
    fields |= {"name": image.get("name") or "", "min_disk": image.get("min_disk") or 0,
               "min_ram": image.get("min_ram") or 0}
    return ImageMeta(**fields, properties={key: value for key, value in image.items() if key not in _NOT_PROPERTIES})
