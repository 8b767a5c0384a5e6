"""A server's tags."""
from nova_lite.api.policies import MEMBER, READER, documented

_BASE = "os_compute_api:os-server-tags"
_ALL, _ONE = "/servers/{server_id}/tags", "/servers/{server_id}/tags/{tag}"

rules = [
    documented(f"{_BASE}:index", READER, "List a server's tags.", ("GET", _ALL)),
    documented(f"{_BASE}:show", READER, "Whether a server has a tag.", ("GET", _ONE)),
    documented(f"{_BASE}:update_all", MEMBER, "Replace all tags.", ("PUT", _ALL)),
    documented(f"{_BASE}:update", MEMBER, "Add a tag.", ("PUT", _ONE)),
    documented(f"{_BASE}:delete_all", MEMBER, "Remove all tags.", ("DELETE", _ALL)),
    documented(f"{_BASE}:delete", MEMBER, "Remove a tag.", ("DELETE", _ONE)),
]
