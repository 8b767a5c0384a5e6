"""Passwords that guests have told."""
from nova_lite.api.policies import MEMBER, READER, documented

_BASE, _PATH = "os_compute_api:os-server-password", "/servers/{server_id}/os-server-password"

rules = [
    documented(f"{_BASE}:show", READER, "Show a server's password, encrypted.", ("GET", _PATH)),
    documented(f"{_BASE}:clear", MEMBER, "Forget a server's password.", ("DELETE", _PATH)),
]
