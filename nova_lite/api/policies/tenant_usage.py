"""Usage of projects."""
from nova_lite.api.policies import ADMIN, READER, documented

BASE = "os_compute_api:os-simple-tenant-usage"
SHOW = f"{BASE}:show"

rules = [
    documented(f"{BASE}:list", ADMIN, "Show the usage of all projects.", ("GET", "/os-simple-tenant-usage")),
    documented(SHOW, READER, "Show the usage of a project.", ("GET", "/os-simple-tenant-usage/{tenant_id}")),
]
