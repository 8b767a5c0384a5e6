"""Queries, bodies and answers of images (until 2.35) and of their metadata (until 2.38)."""
from nova_lite.api.schemas.parameter_types import (
    INTEGER,
    LIMIT,
    LINKS,
    METADATA,
    PAIRS,
    SECONDS,
    STRING,
    TEXT,
    UUID,
    always,
    exact,
    listed,
    or_null,
    strict,
)

LIST = always({"type": "object", "additionalProperties": True, "properties": {
    **dict.fromkeys(("name", "status", "changes-since", "server", "type", "minRam", "minDisk", "marker"), TEXT),
    "limit": LIMIT}, "patternProperties": {"^property-": TEXT}})
METADATA_ALL = always(strict({"metadata": METADATA}, ("metadata",)))
METADATA_ITEM = always(strict({"meta": {**METADATA, "minProperties": 1, "maxProperties": 1}}, ("meta",)))

# -- answers -----------------------------------------------------------------------------------------------
_links = listed(exact({"rel": STRING, "href": STRING, "type": STRING}, ("type",)))
_brief = {"id": UUID, "name": or_null(STRING), "links": _links}
_image = exact({
    **_brief, "minRam": INTEGER, "minDisk": INTEGER, "metadata": PAIRS, "created": SECONDS, "updated": SECONDS,
    "status": {"enum": ["ACTIVE", "SAVING", "DELETED", "ERROR", "UNKNOWN"]}, "progress": {"enum": [0, 25, 50, 100]},
    "OS-EXT-IMG-SIZE:size": or_null(INTEGER), "OS-DCF:diskConfig": {"enum": ["AUTO", "MANUAL"]},
    "server": exact({"id": STRING, "links": LINKS})}, ("OS-DCF:diskConfig", "server"))


def _page(item: dict) -> tuple:
    return always(exact({"images": listed(item), "images_links": LINKS}, ("images_links",)))


LISTED, DETAILED = _page(exact(_brief)), _page(_image)
SHOWN = always(exact({"image": _image}))
METADATA_SHOWN = always(exact({"metadata": PAIRS}))
ITEM_SHOWN = always(exact({"meta": {**PAIRS, "minProperties": 1, "maxProperties": 1}}))
