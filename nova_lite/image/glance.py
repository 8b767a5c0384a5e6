"""The image client of Glance v2, real or embedded.  Called by the API, by conductors and by computes."""
import hashlib
import pathlib
import urllib.parse
from collections.abc import Callable, Iterator

import requests

from nova_lite import exceptions, service_auth
from nova_lite.conf import CONF
from nova_lite.context import RequestContext
from nova_lite.image.client import ImageClient
from nova_lite.models import ImageMeta

CHUNK = 1 << 18
PATCH = "application/openstack-images-v2.1-json-patch"
_FIELDS = ("id", "name", "status", "visibility", "owner", "disk_format", "container_format", "size", "checksum",
           "os_hash_algo", "os_hash_value", "min_disk", "min_ram")
# What may be said of an image that is to be made; the rest is what becomes of it.
_SETTABLE = ("id", "name", "visibility", "owner", "disk_format", "container_format", "min_disk", "min_ram")
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

    def url(self, image_id: str) -> str:
        public = CONF.embedded.public_url.rstrip("/")
        base = f"{public}/image" if public and not CONF.glance.endpoint_override else self._adapter.endpoint
        return f"{base}/v2/images/{image_id}"

    def create(self, context: RequestContext, image: ImageMeta) -> bool:
        values = {name: getattr(image, name) for name in _SETTABLE}
        body = {**image.properties, **{key: value for key, value in values.items() if value is not None}}
        _, response = self._with_a_token(context, "POST", "/v2/images", json=body)
        if response.status_code == 409:
            return False
        self._check_change(response, image.id)
        return True

    def upload(self, context: RequestContext, image_id: str, path: pathlib.Path, disk_format: str,
               check: Callable[[], None] = lambda: None) -> None:
        image, token = self._find_own(context, image_id)
        if image.get("disk_format") != disk_format:
            self._check_change(self._request(
                context, "PATCH", f"/v2/images/{image_id}", token, headers={"Content-Type": PATCH},
                json=[{"op": "replace", "path": "/disk_format", "value": disk_format}]), image_id)
        with open(path, "rb") as file:
            sent = _Sent(file, path.stat().st_size, check)
            response = self._request(context, "PUT", f"/v2/images/{image_id}/file", token, data=sent,
                                     headers={"Content-Type": "application/octet-stream"})
        check()
        if response.status_code == 409:             # an upload that is dead may still be at work there
            raise exceptions.ServiceUnavailable(f"The image service does not take the data of image {image_id} now")
        self._check_change(response, image_id)
        self._check_stored(self.get(context, image_id), sent)

    @staticmethod
    def _check_stored(image: ImageMeta, sent: "_Sent") -> None:
        def damaged(reason):
            raise exceptions.ImageDamaged(image_id=image.id, reason=reason)
        if image.status != "active":
            damaged(f"after its upload it is {image.status}")
        if image.size != sent.size:
            damaged(f"{sent.size} bytes were sent and {image.size} are stored")
        if image.checksum and image.checksum != sent.md5.hexdigest():
            damaged("its checksum is not that of what was sent")

    def delete(self, context: RequestContext, image_id: str) -> None:
        try:
            _, token = self._find_own(context, image_id)
            self._check_change(self._request(context, "DELETE", f"/v2/images/{image_id}", token), image_id)
        except exceptions.ImageNotFound:
            pass

    def find(self, context: RequestContext, **filters: str) -> list[ImageMeta]:
        query = {"owner": context.project_id, **filters, "sort_key": "created_at", "sort_dir": "desc", "limit": "1000"}
        _, response = self._with_a_token(context, "GET", f"/v2/images?{urllib.parse.urlencode(query)}")
        self._check(response, "")
        return [_meta(image) for image in response.json()["images"]]

    def download(self, context: RequestContext, image_id: str) -> Iterator[bytes]:
        """Raises ImageUnacceptable when the image has no data."""
        _, token = self._find(context, image_id)
        response = self._request(context, "GET", f"/v2/images/{image_id}/file", token, stream=True,
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
        token, response = self._with_a_token(context, "GET", f"/v2/images/{image_id}")
        self._check(response, image_id)
        image = response.json()
        if token is None and not self._may_see(context, image):
            raise exceptions.ImageNotFound(image_id=image_id)
        return image, token

    def _find_own(self, context: RequestContext, image_id: str) -> tuple[dict, str | None]:
        """As ``_find``.  Raises Forbidden when the context may see the image, and not change it."""
        image, token = self._find(context, image_id)
        if token is None and not context.is_admin and image.get("owner") != context.project_id:
            raise exceptions.ImageNotAuthorized(image_id=image_id)
        return image, token

    def _with_a_token(self, context: RequestContext, method: str, path: str,
                      **kwargs) -> tuple[str | None, requests.Response]:
        """An answer, and the token it was got with: the user's, or None when there is none or it has expired."""
        token = context.auth_token
        response = self._request(context, method, path, token, **kwargs)
        if token is not None and response.status_code == 401:
            token = None
            response = self._request(context, method, path, None, **kwargs)
        return token, response

    def _may_see(self, context: RequestContext, image: dict) -> bool:
        if context.is_admin or image.get("owner") == context.project_id or \
                image.get("visibility") in ("public", "community"):
            return True
        if image.get("visibility") != "shared":
            return False
        response = self._request(context, "GET", f"/v2/images/{image['id']}/members/{context.project_id}", None)
        return response.status_code == 200

    def _request(self, context: RequestContext, method: str, path: str, token: str | None,
                 **kwargs) -> requests.Response:
        return self._adapter.request(method, path, token=token, request_id=context.request_id, **kwargs)

    def _check_change(self, response: requests.Response, image_id: str) -> None:
        """Of an answer to a request that changes something."""
        if response.status_code == 400:
            raise exceptions.Invalid(f"The image service refuses image {image_id}: {_reason(response)}")
        if response.status_code == 403:
            raise exceptions.ImageNotAuthorized(image_id=image_id)
        if response.status_code == 413:
            raise exceptions.ImageQuotaExceeded(image_id=image_id)
        self._check(response, image_id)

    def _check(self, response: requests.Response, image_id: str) -> None:
        if response.status_code < 400:
            return
        if response.status_code in (400, 403, 404):
            raise exceptions.ImageNotFound(image_id=image_id)
        raise exceptions.ServiceUnavailable(
            f"The image service at {self._adapter.endpoint} answered {response.status_code}")


class _Sent:
    """A file on its way: requests asks for its length, then reads."""

    def __init__(self, file, size: int, check: Callable[[], None]):
        self._file, self.size, self._check = file, size, check
        self.md5 = hashlib.md5(usedforsecurity=False)       # what Glance calls the checksum

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self.read():
            yield chunk

    def read(self, _amount: int = -1) -> bytes:
        """The next chunk, of a size that suits the network rather than whoever asks."""
        self._check()
        chunk = self._file.read(CHUNK)
        self.md5.update(chunk)
        return chunk


def _reason(response: requests.Response) -> str:
    """What the service says of an error, in one line."""
    try:
        return str(response.json()["message"])[:200]
    except (ValueError, KeyError, TypeError):
        return response.reason or str(response.status_code)


def _meta(image: dict) -> ImageMeta:
    fields = {name: image.get(name) for name in _FIELDS}
    fields |= {"name": image.get("name") or "", "min_disk": image.get("min_disk") or 0,
               "min_ram": image.get("min_ram") or 0}
    return ImageMeta(**fields, properties={key: value for key, value in image.items() if key not in _NOT_PROPERTIES})
