"""Version documents, with which every client begins."""
from nova_lite.api.microversions import MAX, MIN

_DOCUMENTATION = {"rel": "describedby", "type": "text/html", "href": "http://docs.openstack.org/"}
# (id, path, status, version, min_version, updated, version of the media type)
_V20 = ("v2.0", "v2", "SUPPORTED", "", "", "2011-01-21T11:33:21Z", "2")
_V21 = ("v2.1", "v2.1", "CURRENT", MAX, MIN, "2013-07-23T11:33:21Z", "2.1")


def _brief(request, version) -> dict:
    identifier, path, status, highest, lowest, updated, _ = version
    return {"id": identifier, "status": status, "version": highest, "min_version": lowest, "updated": updated,
            "links": [{"rel": "self", "href": f"{request.base_url}/{path}/"}]}


def _media_types(version) -> list[dict]:
    return [{"base": "application/json", "type": f"application/vnd.openstack.compute+json;version={version[6]}"}]


def index(request) -> dict:
    """What ``/`` answers."""
    return {"versions": [_brief(request, version) for version in (_V20, _V21)]}


def show(request, path: str) -> dict:
    """What ``/v2`` or ``/v2.1`` answers."""
    version = next(version for version in (_V20, _V21) if version[1] == path)
    body = _brief(request, version)
    body["links"].append(_DOCUMENTATION)
    return {"version": body | {"media-types": _media_types(version)}}


def show_by_id(request, identifier: str) -> dict | None:
    """The same for ``v2.0`` and ``v2.1``; None for what is no version."""
    return next((show(request, version[1]) for version in (_V20, _V21) if version[0] == identifier), None)


def choices(request) -> dict:
    """What a path without a version answers: where the same thing could be."""
    wanted = request.path_info.strip("/")
    return {"choices": [{"id": version[0], "status": version[2], "media-types": _media_types(version),
                         "links": [{"rel": "self", "href": f"{request.base_url}/{version[1]}/{wanted}"}]}
                        for version in (_V20, _V21)]}
