"""Hosts, as before 2.43: for administrators."""
from nova_lite.api.policies import ADMIN, documented

BASE = "os_compute_api:os-hosts"

rules = [
    documented(f"{BASE}:list", ADMIN, "List hosts and their services.", ("GET", "/os-hosts")),
    documented(f"{BASE}:show", ADMIN, "Show what a host has and what is used of it.", ("GET", "/os-hosts/{id}")),
    documented(f"{BASE}:update", ADMIN, "Enable a host, or put it in maintenance.", ("PUT", "/os-hosts/{id}")),
    documented(f"{BASE}:reboot", ADMIN, "Reboot a host.", ("GET", "/os-hosts/{id}/reboot")),
    documented(f"{BASE}:shutdown", ADMIN, "Shut a host down.", ("GET", "/os-hosts/{id}/shutdown")),
    documented(f"{BASE}:start", ADMIN, "Start a host.", ("GET", "/os-hosts/{id}/startup")),
]
