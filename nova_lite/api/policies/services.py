"""Services: for administrators."""
from nova_lite.api.policies import ADMIN, documented

BASE = "os_compute_api:os-services"

rules = [
    documented(f"{BASE}:list", ADMIN, "List services.", ("GET", "/os-services")),
    documented(f"{BASE}:update", ADMIN, "Enable, disable or force down a service.",
               ("PUT", "/os-services/{service_id}")),
    documented(f"{BASE}:delete", ADMIN, "Delete a service.", ("DELETE", "/os-services/{service_id}")),
]
