"""Versions, extensions and quotas, and what this service does not have and says so."""
import types

from nova_lite.conf import CONF
from nova_lite.embedded.errors import conflict, not_found
from nova_lite.embedded.service import Request

# Only what is really here: clients decide by it what they may ask.
EXTENSIONS = types.MappingProxyType({
    "auto-allocated-topology": "A network for a project that has none",
    "security-group": "Security groups and rules",
    "binding": "Port binding: host and profile (admin)",
    "external-net": "External networks, of which floating IPs are",
    "net-mtu": "MTU of a network", "net-mtu-writable": "MTU of a network can be set",
    "quotas": "Quotas, to read; all are unlimited",
    "standard-attr-description": "Descriptions", "standard-attr-timestamp": "Times of creation and change",
    "standard-attr-revisions": "Revision numbers", "revision-if-match": "If-Match: revision_number=N",
    "project-id": "project_id beside tenant_id", "pagination": "limit and marker", "sorting": "sort_key and sort_dir",
})
_QUOTAS = ("network", "subnet", "port", "security_group", "security_group_rule", "router", "floatingip", "subnetpool",
           "rbac_policy")


def _base(request: Request) -> str:
    return CONF.embedded.public_url.rstrip("/") + "/network" if CONF.embedded.public_url else request.application_url


def _version(request: Request) -> dict:
    return {"id": "v2.0", "status": "CURRENT", "links": [{"rel": "self", "href": _base(request) + "/v2.0/"}]}


def list_versions(request: Request):
    return {"versions": [_version(request)]}


def show_version(request: Request):
    """Neutron's ``resources``, and ``version``, without which an endpoint override cannot name /v2.0."""
    links = {name: [{"rel": "self", "href": f"{_base(request)}/v2.0/{name}s"}]
             for name in ("network", "subnet", "port")}
    return {"version": _version(request),
            "resources": [{"name": name, "collection": name + "s", "links": links[name]} for name in links]}


def _extension(alias: str) -> dict:
    return {"alias": alias, "name": alias, "description": EXTENSIONS[alias], "links": [],
            "updated": "2024-01-01T00:00:00-00:00"}


def list_extensions(_request: Request):
    return {"extensions": [_extension(alias) for alias in EXTENSIONS]}


def show_extension(request: Request):
    alias = request.args["alias"]
    if alias not in EXTENSIONS:
        raise not_found(f"Extension with alias {alias} does not exist", "HTTPNotFound")
    return {"extension": _extension(alias)}


def show_quota(request: Request):
    return {"quota": {name: -1 if name in (*_QUOTAS[:5], "floatingip") else 0 for name in _QUOTAS}}


def list_none(collection: str):
    """There are none, and there never will be: an empty list is the truth that clients can work with."""
    return lambda _request: {collection: []}


def refuse(what: str):
    def handler(_request: Request):
        raise conflict(f"{what} are not supported by the embedded network service: a network reaches the outside by "
                       "the address translation of its host.", "NotSupported")
    return handler


def absent(what: str):
    def handler(request: Request):
        raise not_found(f"{what} {request.args['id']} could not be found: there are none here.", f"{what}NotFound")
    return handler
