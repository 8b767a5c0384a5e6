"""A server's diagnostics: for administrators."""
from nova_lite.api.policies import ADMIN, documented

rules = [documented("os_compute_api:os-server-diagnostics", ADMIN, "Show what a server's guest has used.",
                    ("GET", "/servers/{server_id}/diagnostics"))]
