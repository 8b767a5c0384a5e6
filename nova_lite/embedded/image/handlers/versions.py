"""GET / and GET /v2: what there is, without a token; and the schemas that some clients ask for."""
from nova_lite.conf import CONF
from nova_lite.embedded.image import attributes
from nova_lite.embedded.service import Request


def _versions(request: Request) -> list[dict]:
    base = CONF.embedded.public_url.rstrip("/") + "/image" if CONF.embedded.public_url else request.application_url
    return [{"id": "v2.9", "status": "CURRENT", "links": [{"rel": "self", "href": base + "/v2/"}]},
            {"id": "v2.0", "status": "SUPPORTED", "links": [{"rel": "self", "href": base + "/v2/"}]}]


def list_versions(request: Request):
    return 300, {"versions": _versions(request)}


def show_version(request: Request):
    return {"versions": _versions(request)}


def show_image_schema(_request: Request):
    return attributes.schema()


def show_images_schema(_request: Request):
    return {"name": "images", "properties": {"images": {"type": "array", "items": attributes.schema()},
                                             "first": {"type": "string"}, "next": {"type": "string"},
                                             "schema": {"type": "string"}},
            "links": [{"rel": "first", "href": "{first}"}, {"rel": "next", "href": "{next}"}]}
