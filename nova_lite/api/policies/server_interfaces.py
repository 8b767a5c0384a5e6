"""A server's interfaces."""
from nova_lite.api.policies import MEMBER, READER, documented

_BASE = "os_compute_api:os-attach-interfaces"
_ALL, _ONE = "/servers/{server_id}/os-interface", "/servers/{server_id}/os-interface/{port_id}"

rules = [
    documented(f"{_BASE}:list", READER, "List a server's interfaces.", ("GET", _ALL)),
    documented(f"{_BASE}:show", READER, "Show an interface.", ("GET", _ONE)),
    documented(f"{_BASE}:create", MEMBER, "Attach an interface.", ("POST", _ALL)),
    documented(f"{_BASE}:delete", MEMBER, "Detach an interface.", ("DELETE", _ONE)),
]
