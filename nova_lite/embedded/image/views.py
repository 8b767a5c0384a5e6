"""JSON of images, in Glance's shapes."""
import datetime

from nova_lite.embedded.image.store import Image
from nova_lite.embedded.service import title

BASE = ("id", "name", "status", "visibility", "owner", "disk_format", "container_format", "size", "virtual_size",
        "checksum", "os_hash_algo", "os_hash_value", "min_disk", "min_ram", "protected", "os_hidden")
READ_ONLY = frozenset(("id", "status", "size", "virtual_size", "checksum", "os_hash_algo", "os_hash_value",
                       "created_at", "updated_at", "self", "file", "schema", "direct_url", "locations"))


def fault(error) -> dict:
    return {"message": error.message, "code": f"{error.code} {title(error.code)}", "title": title(error.code)}


def time_text(value: datetime.datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def image(item: Image) -> dict:
    return {**item.properties, **{name: item.row[name] for name in BASE}, "tags": list(item.tags),
            "created_at": time_text(item.created_at), "updated_at": time_text(item.updated_at),
            "self": f"/v2/images/{item.id}", "file": f"/v2/images/{item.id}/file", "schema": "/v2/schemas/image"}


def member(row) -> dict:
    return {"image_id": row.image_id, "member_id": row.member_id, "status": row.status,
            "created_at": time_text(row.created_at), "updated_at": time_text(row.updated_at),
            "schema": "/v2/schemas/member"}
