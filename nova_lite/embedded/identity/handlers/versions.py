"""GET / and GET /v3: what there is, without a token."""
from nova_lite.embedded.identity import views
from nova_lite.embedded.service import Request


def _version(request: Request) -> dict:
    return {"id": "v3.14", "status": "stable", "updated": "2020-04-07T00:00:00Z",
            "links": [{"rel": "self", "href": views.endpoint(request) + "/v3/"}],
            "media-types": [{"base": "application/json", "type": "application/vnd.openstack.identity-v3+json"}]}


def list_versions(request: Request):
    return 300, {"versions": {"values": [_version(request)]}}


def show_version(request: Request):
    return {"version": _version(request)}
