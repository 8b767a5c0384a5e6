"""JSON patches of images: Glance's own media types, of one level.  Called by the image handler."""
from nova_lite.embedded.errors import ApiError, bad_request, conflict, forbidden
from nova_lite.embedded.image import attributes
from nova_lite.embedded.image.store import Image
from nova_lite.embedded.service import Request

_NEW, _OLD = "application/openstack-images-v2.1-json-patch", "application/openstack-images-v2.0-json-patch"
_OPERATIONS = ("add", "replace", "remove")
_MUST_STAY = ("name", "owner", "visibility", "min_disk", "min_ram", "protected", "os_hidden", "disk_format",
              "container_format", "tags")


def parse(request: Request) -> list[tuple[str, str, object]]:
    """(operation, attribute, value) triples.  Raises ApiError: 415, 400."""
    if request.content_type not in (_NEW, _OLD):
        raise ApiError(415, f"Content-Type must be {_NEW}", headers={"Accept-Patch": f"{_NEW}, {_OLD}"})
    body = request.document()
    if not isinstance(body, list):
        raise bad_request("Request body must be a JSON array of operation objects.")
    return [_operation(item, request.content_type) for item in body]


def _operation(item, media_type: str) -> tuple[str, str, object]:
    if not isinstance(item, dict):
        raise bad_request("Operations must be JSON objects.")
    if media_type == _OLD:
        operation = next((name for name in _OPERATIONS if name in item), None)
        path = item.get(operation)
    else:
        operation, path = item.get("op"), item.get("path")
    if operation not in _OPERATIONS:
        raise bad_request(f"Operations must be one of: {', '.join(_OPERATIONS)}.")
    if not isinstance(path, str) or not path.startswith("/") or "/" in path[1:] or path == "/":
        raise bad_request(f"Invalid JSON pointer for this resource: '{path}'")
    if operation != "remove" and "value" not in item:
        raise bad_request(f"Operation '{operation}' requires a member named 'value'.")
    return operation, path[1:].replace("~1", "/").replace("~0", "~"), item.get("value")


def apply(operations, image: Image) -> tuple[dict, list | None, dict]:
    """(changed columns, tags or None, all properties).  Raises ApiError: 400, 403, 409."""
    changes, tags, properties = {}, None, dict(image.properties)
    for operation, name, value in operations:
        if operation == "remove":
            if name in _MUST_STAY or name in attributes.READ_ONLY:
                raise forbidden(f"Property {name} may not be removed.")
            if name not in properties:
                raise conflict(f"Property {name} does not exist.")
            del properties[name]
            continue
        attributes.check(name, value)
        if name == "tags":
            tags = value
        elif name in attributes.SETTABLE:
            if name in ("disk_format", "container_format") and image.status != "queued" and value != image.row[name]:
                raise forbidden(f"Attribute {name} can be only replaced for a queued image.")
            changes[name] = value
        elif operation == "replace" and name not in properties:
            raise conflict(f"Property {name} does not exist.")
        else:
            properties[name] = value
    return changes, tags, properties
