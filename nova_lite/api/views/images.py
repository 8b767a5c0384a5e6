"""Images as clients saw them before there was an image service."""
import datetime

from oslo_utils import strutils

from nova_lite.api.views import times
from nova_lite.image import proxy

_STATUS = {"active": "ACTIVE", "queued": "SAVING", "saving": "SAVING", "importing": "SAVING", "uploading": "SAVING",
           "deleted": "DELETED", "pending_delete": "DELETED", "killed": "ERROR"}
_PROGRESS = {"queued": 25, "saving": 50, "active": 100}


def brief(request, image: dict, endpoint: str) -> dict:
    """``endpoint``: of the image service, where the image itself is."""
    alternate = {"rel": "alternate", "type": "application/vnd.openstack.image",
                 "href": f"{endpoint}/images/{image['id']}"}
    return {"id": image["id"], "name": image.get("name"), "links": [*request.links("images", image["id"]), alternate]}


def show(request, image: dict, endpoint: str) -> dict:
    metadata = {name: str(value) for name, value in proxy.properties(image).items() if value is not None}
    body = brief(request, image, endpoint) | {
        "minRam": image.get("min_ram") or 0, "minDisk": image.get("min_disk") or 0, "metadata": metadata,
        "created": _time(image["created_at"]), "updated": _time(image["updated_at"]),
        "status": _STATUS.get(image["status"], "UNKNOWN"), "progress": _PROGRESS.get(image["status"], 0),
        "OS-EXT-IMG-SIZE:size": image.get("size")}
    if server := metadata.get("instance_uuid"):
        body["server"] = {"id": server, "links": request.links("servers", server)}
    if "auto_disk_config" in metadata:
        body["OS-DCF:diskConfig"] = "AUTO" if strutils.bool_from_string(metadata["auto_disk_config"]) else "MANUAL"
    return body


def page(request, images: list[dict], view, limit: int, endpoint: str) -> dict:
    body = {"images": [view(request, image, endpoint) for image in images]}
    if images and len(images) == limit:
        body["images_links"] = [request.next_link(images[-1]["id"])]
    return body


def _time(text: str) -> str | None:
    return times.seconds(datetime.datetime.fromisoformat(text))
