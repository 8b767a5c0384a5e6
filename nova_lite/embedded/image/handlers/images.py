"""/v2/images: create, list, show, update by JSON patch, delete; tags."""
import datetime
import urllib.parse
import uuid

from oslo_db import exception as db_exc

from nova_lite.embedded import paging
from nova_lite.embedded.errors import ApiError, bad_request, conflict, forbidden, not_found
from nova_lite.embedded.image import attributes, files, patch, store, views
from nova_lite.embedded.service import Request, json_response, no_content
from nova_lite.trace import now

DEFAULT_LIMIT, MOST_LIMIT = 25, 1000
SORT_KEYS = ("name", "status", "container_format", "disk_format", "size", "id", "created_at", "updated_at")
_IN = ("id", "name", "status", "disk_format", "container_format")
_PAGING = ("limit", "marker", "sort", "sort_key", "sort_dir")


def viewer(request: Request) -> store.Viewer:
    return store.Viewer(request.context.project_id, request.context.is_admin)


def find(request: Request) -> store.Image:
    """The image of the path.  Raises ApiError (404)."""
    image_id = request.args["image_id"]
    item = store.get(viewer(request), image_id)
    if item is None:
        raise not_found(f"No image found with ID {image_id}")
    return item


def find_own(request: Request, verb: str) -> store.Image:
    """The image, if the caller may change it.  Raises ApiError (403, 404)."""
    item = find(request)
    if not request.context.is_admin and item.owner != request.context.project_id:
        raise forbidden(f"You are not permitted to {verb} this image.")
    return item


def create_image(request: Request):
    values = dict(request.object())
    image_id = values.pop("id", None) or str(uuid.uuid4())
    try:
        image_id = str(uuid.UUID(image_id))
    except (ValueError, AttributeError, TypeError) as exc:
        raise bad_request("Invalid image id: it must be a UUID") from exc
    for name, value in values.items():
        attributes.check(name, value)
    attributes.check_permitted(request.context, values)
    tags = values.pop("tags", [])
    base = {name: values.pop(name) for name in tuple(values) if name in attributes.SETTABLE}
    attributes.check_count(values)
    moment = now()
    row = {"name": None, "visibility": "shared", "min_disk": 0, "min_ram": 0, "protected": False, "os_hidden": False,
           **base, "id": image_id, "status": "queued", "owner": base.get("owner") or request.context.project_id,
           "properties": values, "created_at": moment, "updated_at": moment}
    try:
        store.insert(row, tags)
    except db_exc.DBDuplicateEntry as exc:
        raise conflict(f"Image ID {image_id} already exists!") from exc
    body = views.image(store.get(store.Viewer(row["owner"], True), image_id))
    return json_response(body, 201, {"Location": f"{request.application_url}/v2/images/{image_id}"})


def show_image(request: Request):
    return views.image(find(request))


def list_tasks(request: Request):
    """What is done to the image: nothing is, beside uploads, which are no tasks."""
    find(request)
    return {"tasks": []}


def list_images(request: Request):
    query = request.GET
    sort_keys, sort_dirs = query.getall("sort_key"), query.getall("sort_dir")
    if "sort" in query:
        if sort_keys or sort_dirs:
            raise bad_request("Old and new sorting syntax cannot be combined")
        pairs = [item.strip().partition(":") for item in query["sort"].split(",")]
        sort_keys, sort_dirs = [key for key, _, _ in pairs], [direction or "desc" for _, _, direction in pairs]
    elif sort_keys and not sort_dirs:
        sort_dirs = ["desc"]
    limit = paging.parse_limit(query.get("limit"), MOST_LIMIT, DEFAULT_LIMIT)
    page = paging.Page(paging.parse_sort(sort_keys, sort_dirs, SORT_KEYS, (("created_at", "desc"),)), limit,
                       query.get("marker"))
    found = store.list_images(viewer(request), _filters(query), page) if limit else []
    others = [(key, value) for key, value in query.items() if key != "marker"]
    body = {"images": [views.image(item) for item in found], "first": _link(others), "schema": "/v2/schemas/images"}
    if limit and len(found) == limit:
        body["next"] = _link([*others, ("marker", found[-1].id)])
    return body


def _link(pairs) -> str:
    return "/v2/images" + ("?" + urllib.parse.urlencode(pairs) if pairs else "")


def _filters(query) -> store.Query:
    equal, properties, times, tags = {"os_hidden": [False]}, {}, [], []
    sizes: dict = {"size_min": None, "size_max": None}
    for key, value in query.items():
        if key in _PAGING or key in ("visibility", "member_status"):
            continue
        if key == "tag":
            tags.append(value)
        elif key in _IN or key == "owner":
            equal[key] = value[3:].split(",") if key in _IN and value.startswith("in:") else [value]
        elif key in ("protected", "os_hidden"):
            equal[key] = [_boolean(key, value)]
        elif key in ("min_disk", "min_ram"):
            equal[key] = [_whole(key, value)]
        elif key in sizes:
            sizes[key] = _whole(key, value)
        elif key in ("created_at", "updated_at"):
            times.append((key, *_time(key, value)))
        elif key in ("checksum", "os_hash_value", "os_hash_algo"):
            equal[key] = [value]
        else:
            properties[key] = value
    visibility = query.get("visibility")
    if visibility not in (None, "all", *attributes.VISIBILITIES):
        raise bad_request(f"Invalid visibility value: {visibility}")
    return store.Query(equal, properties, tuple(tags), tuple(times), **sizes, visibility=visibility,
                       member_status=query.get("member_status", "accepted"))


def _boolean(key: str, value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise bad_request(f"{key} must be true or false")
    return value.lower() == "true"


def _whole(key: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise bad_request(f"{key} must be a whole number")
    return int(value)


def _time(key: str, text: str):
    operator, _, value = text.partition(":")
    if operator not in ("gte", "gt", "lte", "lt", "eq", "neq"):
        operator, value = "eq", text
    try:
        moment = datetime.datetime.fromisoformat(value)
    except ValueError as exc:
        raise bad_request(f"{key}: {value} is not an ISO 8601 time") from exc
    return operator, moment.astimezone(datetime.UTC).replace(tzinfo=None) if moment.tzinfo else moment


def update_image(request: Request):
    item = find_own(request, "modify")
    changes, tags, properties = patch.apply(patch.parse(request), item)
    attributes.check_permitted(request.context, changes)
    changes["owner"] = changes.get("owner") or item.owner
    attributes.check_count(properties)
    if not store.update(item.id, {**changes, "properties": properties}, tags, was=item):
        raise conflict(f"Image {item.id} was changed by another request; try again")
    return views.image(find(request))


def delete_image(request: Request):
    item = find_own(request, "delete")
    if item.protected:
        raise forbidden(f"Image {item.id} is protected and cannot be deleted.")
    files.mark_deleted(item.id)
    if not store.delete(item.id):
        files.restore(item.id)
        raise conflict(f"Image {item.id} was changed by another request; try again")
    files.discard(item.id)
    return no_content()


def put_tag(request: Request):
    item, tag = find_own(request, "modify"), request.args["tag"]
    attributes.check("tags", [*item.tags, tag])
    _replace_tags(item, {*item.tags, tag})
    return no_content()


def delete_tag(request: Request):
    item, tag = find_own(request, "modify"), request.args["tag"]
    if tag not in item.tags:
        raise not_found(f"Tag {tag} of image {item.id} could not be found")
    _replace_tags(item, set(item.tags) - {tag})
    return no_content()


def _replace_tags(item: store.Image, tags: set) -> None:
    if not store.update(item.id, {}, tags, was=item):
        raise ApiError(409, f"Image {item.id} was changed by another request; try again")
