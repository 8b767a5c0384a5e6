"""Version documents.  Most are asked for by the router itself: their paths need neither token nor microversion."""
import json

import webob
import webob.exc

from nova_lite import exceptions
from nova_lite.api import validation
from nova_lite.api.schemas import versions as schemas
from nova_lite.api.views import versions as views


def answer(request) -> webob.Response:
    """``GET`` of ``/``, ``/v2`` and ``/v2.1``, with or without a slash at the end."""
    if request.method not in ("GET", "HEAD"):
        return webob.exc.HTTPNotFound()
    path = request.path_info.strip("/")
    return _json(200, views.show(request, path) if path else views.index(request))


@validation.answer(200, schemas.SHOWN)
def show(request):
    """``/v2.1/versions/{id}``: the same, at another place."""
    found = views.show_by_id(request, request.path_args["id"])
    if found is None:
        raise exceptions.NotFound()
    return found


def choices(request) -> webob.Response:
    """Any path without a version: 300, with the places where it could be."""
    return _json(300, views.choices(request))


def _json(status: int, body: dict) -> webob.Response:
    return webob.Response(status=status, body=json.dumps(body).encode(), content_type="application/json", charset=None)
