"""Images until 2.35, and their metadata until 2.38: the image service's, which decides who may what."""
import functools

from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.handlers import backend
from nova_lite.api.schemas import images as schemas
from nova_lite.api.views import images as views
from nova_lite.api.wsgi import Response
from nova_lite.conf import CONF
from nova_lite.image.proxy import properties

# parameter -> what the image service calls it
_FILTERS = {"name": "name", "status": "status", "changes-since": "updated_at", "server": "instance_uuid",
            "type": "image_type", "minRam": "min_ram", "minDisk": "min_disk"}


@validation.answer(200, schemas.LISTED)
@validation.query(*schemas.LIST)
def index(request):
    return _list(request, views.brief)


@validation.answer(200, schemas.DETAILED)
@validation.query(*schemas.LIST)
def detail(request):
    return _list(request, views.show)


def _list(request, view) -> dict:
    limit, marker = request.limit(), request.GET.get("marker")
    found = backend.images().list_page(request.context, _filters(request.GET), limit, marker) if limit else []
    return views.page(request, found, view, limit, backend.images().endpoint)


def _filters(query) -> dict[str, str]:
    filters = {_FILTERS.get(key, key.removeprefix("property-")): value for key, value in query.items()
               if key in _FILTERS or key.startswith("property-")}
    if "status" in filters:
        filters["status"] = filters["status"].lower()
    if "updated_at" in filters:
        filters["updated_at"] = f"gte:{filters['updated_at']}"
    if "instance_uuid" in filters:                      # an id, or the URL of a server
        filters["instance_uuid"] = filters["instance_uuid"].rsplit("/", 1)[-1]
    return filters


@validation.answer(200, schemas.SHOWN)
def show(request):
    return {"image": views.show(request, _get(request, "id"), backend.images().endpoint)}


@validation.answer(204)
def delete(request):
    _named(request, "id", backend.images().delete)
    return Response(204)


def _get(request, key: str) -> dict:
    return _named(request, key, backend.images().get)


def _named(request, key: str, run):
    """``run(context, image_id)``.  Raises NotFound (404)."""
    try:
        return run(request.context, request.path_args[key])
    except exceptions.ImageNotFound:
        raise exceptions.NotFound("Image not found.") from None


# -- metadata -----------------------------------------------------------------------------------------------
def _metadata(request) -> dict[str, str]:
    return {name: str(value) for name, value in properties(_get(request, "image_id")).items() if value is not None}


def _store(request, metadata: dict[str, str]) -> dict:
    if 0 <= CONF.quota.metadata_items < len(metadata):
        raise exceptions.QuotaError("Image metadata limit exceeded")
    _named(request, "image_id", functools.partial(_set, metadata))
    return metadata


def _set(metadata: dict[str, str], context, image_id: str) -> None:
    backend.images().set_properties(context, image_id, metadata)


@validation.answer(200, schemas.METADATA_SHOWN)
def metadata_index(request):
    return {"metadata": _metadata(request)}


@validation.answer(200, schemas.METADATA_SHOWN)
@validation.body(*schemas.METADATA_ALL)
def metadata_create(request):
    """Merge."""
    return {"metadata": _store(request, {**_metadata(request), **request.parsed_body["metadata"]})}


@validation.answer(200, schemas.METADATA_SHOWN)
@validation.body(*schemas.METADATA_ALL)
def metadata_update_all(request):
    return {"metadata": _store(request, request.parsed_body["metadata"])}


@validation.answer(200, schemas.ITEM_SHOWN)
def metadata_show(request):
    key, metadata = request.path_args["id"], _metadata(request)
    if key not in metadata:
        raise exceptions.NotFound()
    return {"meta": {key: metadata[key]}}


@validation.answer(200, schemas.ITEM_SHOWN)
@validation.body(*schemas.METADATA_ITEM)
def metadata_update(request):
    item = request.parsed_body["meta"]
    if request.path_args["id"] not in item:
        raise exceptions.Invalid("Request body and URI mismatch")
    _store(request, {**_metadata(request), **item})
    return {"meta": item}


@validation.answer(204)
def metadata_delete(request):
    key, metadata = request.path_args["id"], _metadata(request)
    if key not in metadata:
        raise exceptions.NotFound("Invalid metadata key")
    del metadata[key]
    _store(request, metadata)
    return Response(204)
