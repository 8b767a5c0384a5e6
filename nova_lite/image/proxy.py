"""What the compute API of before 2.39 asks Glance for its callers: images, and their properties.

With the caller's own token where there is one.  Without one as the service user, and then what the caller may see and
change is looked at here.  Glance's own bodies come back; errors are those of nova-lite's tree.
"""
import urllib.parse

from oslo_utils import uuidutils

from nova_lite import exceptions, service_auth
from nova_lite.conf import CONF
from nova_lite.context import RequestContext

PATCH = "application/openstack-images-v2.1-json-patch"
# What Glance says of an image beside its properties.
_ATTRIBUTES = frozenset((
    "id", "name", "status", "visibility", "owner", "disk_format", "container_format", "size", "checksum",
    "os_hash_algo", "os_hash_value", "min_disk", "min_ram", "tags", "self", "file", "schema", "created_at",
    "updated_at", "protected", "os_hidden", "virtual_size", "locations", "direct_url", "stores"))


def properties(image: dict) -> dict:
    """What its owner, or a snapshot, has said of it."""
    return {name: value for name, value in image.items() if name not in _ATTRIBUTES}


class ImageProxy:
    """All methods raise ServiceUnavailable when the image service does not answer."""

    def __init__(self):
        self._adapter = service_auth.ServiceAdapter(
            "image", CONF.glance.endpoint_override or service_auth.embedded_url("/image"), CONF.glance.timeout)

    @property
    def endpoint(self) -> str:
        return self._adapter.endpoint

    def list_page(self, context: RequestContext, filters: dict[str, str], limit: int, marker: str | None) -> list[dict]:
        """At most ``limit`` of those that the caller may see, newest first.  Raises Invalid for a filter or a marker
        that the service does not take."""
        found: list[dict] = []
        query = {**filters, "limit": limit, "sort_key": "created_at", "sort_dir": "desc"}
        while len(found) < limit:
            page = self._page(context, query | ({"marker": marker} if marker else {}))
            found += [image for image in page if context.auth_token or self._is_seen(context, image)]
            if len(page) < limit:
                break
            marker = page[-1]["id"]
        return found[:limit]

    def _page(self, context: RequestContext, query: dict) -> list[dict]:
        answer = self._request(context, "GET", f"/v2/images?{urllib.parse.urlencode(query)}")
        if answer.status_code in (400, 404):
            raise exceptions.Invalid(f"The image service refuses this list: {answer.text[:200]}")
        return self._checked(answer).json()["images"]

    def get(self, context: RequestContext, image_id: str) -> dict:
        """Raises ImageNotFound."""
        if not uuidutils.is_uuid_like(image_id):
            raise exceptions.ImageNotFound(image_id=image_id)
        answer = self._request(context, "GET", f"/v2/images/{image_id}")
        if answer.status_code == 404:
            raise exceptions.ImageNotFound(image_id=image_id)
        image = self._checked(answer).json()
        if not context.auth_token and not self._is_seen(context, image):
            raise exceptions.ImageNotFound(image_id=image_id)
        return image

    def delete(self, context: RequestContext, image_id: str) -> None:
        """Raises ImageNotFound, Forbidden."""
        self._own(context, image_id)
        answer = self._request(context, "DELETE", f"/v2/images/{image_id}")
        if answer.status_code == 403:
            raise exceptions.Forbidden("You are not allowed to delete the image.")
        self._checked(answer)

    def set_properties(self, context: RequestContext, image_id: str, wanted: dict[str, str]) -> None:
        """Make these its properties, and no others.  Raises ImageNotFound, Forbidden, Invalid."""
        if taken := sorted(_ATTRIBUTES & wanted.keys()):
            raise exceptions.Invalid(f"{', '.join(taken)}: not the name of a property")
        present = properties(self._own(context, image_id))
        changes = [{"op": "remove", "path": _pointer(name)} for name in present if name not in wanted]
        changes += [{"op": "replace" if name in present else "add", "path": _pointer(name), "value": value}
                    for name, value in wanted.items() if present.get(name) != value]
        if not changes:
            return
        answer = self._request(context, "PATCH", f"/v2/images/{image_id}", json=changes,
                               headers={"Content-Type": PATCH})
        if answer.status_code == 403:
            raise exceptions.Forbidden(f"Not authorized for image {image_id}.")
        if answer.status_code in (400, 409):
            raise exceptions.Invalid(f"The image service refuses these properties: {answer.text[:200]}")
        self._checked(answer)

    def _own(self, context: RequestContext, image_id: str) -> dict:
        image = self.get(context, image_id)
        if not (context.is_admin or image.get("owner") == context.project_id):
            raise exceptions.Forbidden(f"Not authorized for image {image_id}.")
        return image

    @staticmethod
    def _is_seen(context: RequestContext, image: dict) -> bool:
        return (context.is_admin or image.get("owner") == context.project_id
                or image.get("visibility") in ("public", "community"))

    def _request(self, context: RequestContext, method: str, path: str, **more):
        return self._adapter.request(method, path, token=context.auth_token, request_id=context.request_id, **more)

    def _checked(self, answer):
        if answer.status_code == 403:
            raise exceptions.Forbidden("The image service refuses this.")
        if answer.status_code >= 400:
            raise exceptions.ServiceUnavailable(
                f"The image service at {self._adapter.endpoint} answered {answer.status_code}")
        return answer


def _pointer(name: str) -> str:
    """The JSON pointer of a property."""
    return "/" + name.replace("~", "~0").replace("/", "~1")
