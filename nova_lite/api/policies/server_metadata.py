"""A server's metadata."""
from nova_lite.api.policies import MEMBER, READER, documented

_BASE = "os_compute_api:server-metadata"
_ALL, _ITEM = "/servers/{server_id}/metadata", "/servers/{server_id}/metadata/{key}"

rules = [
    documented(f"{_BASE}:index", READER, "List a server's metadata.", ("GET", _ALL)),
    documented(f"{_BASE}:show", READER, "Show one item.", ("GET", _ITEM)),
    documented(f"{_BASE}:create", MEMBER, "Add items.", ("POST", _ALL)),
    documented(f"{_BASE}:update_all", MEMBER, "Replace all items.", ("PUT", _ALL)),
    documented(f"{_BASE}:update", MEMBER, "Set one item.", ("PUT", _ITEM)),
    documented(f"{_BASE}:delete", MEMBER, "Delete one item.", ("DELETE", _ITEM)),
]
