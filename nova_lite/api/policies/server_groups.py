"""Server groups."""
from nova_lite.api.policies import MEMBER, READER, documented

_BASE = "os_compute_api:os-server-groups"
_ALL, _ONE = "/os-server-groups", "/os-server-groups/{server_group_id}"

rules = [
    documented(f"{_BASE}:index", READER, "List server groups.", ("GET", _ALL)),
    documented(f"{_BASE}:create", MEMBER, "Create a server group.", ("POST", _ALL)),
    documented(f"{_BASE}:show", READER, "Show a server group.", ("GET", _ONE)),
    documented(f"{_BASE}:delete", MEMBER, "Delete a server group.", ("DELETE", _ONE)),
]
