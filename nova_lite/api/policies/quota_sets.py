"""Quotas: a project sees its own, administrators see and set all."""
from nova_lite.api.policies import ADMIN, ANY, READER, documented

BASE = "os_compute_api:os-quota-sets"
SHOW = f"{BASE}:show"
DETAIL = f"{BASE}:detail"

rules = [
    documented(SHOW, READER, "Show the quotas of a project.", ("GET", "/os-quota-sets/{project_id}")),
    documented(DETAIL, READER, "Show quotas and usage of a project.", ("GET", "/os-quota-sets/{project_id}/detail")),
    documented(f"{BASE}:defaults", ANY, "Show the default quotas.", ("GET", "/os-quota-sets/{project_id}/defaults")),
    documented(f"{BASE}:update", ADMIN, "Set the quotas of a project.", ("PUT", "/os-quota-sets/{project_id}")),
    documented(f"{BASE}:delete", ADMIN, "Set a project back to the default quotas.",
               ("DELETE", "/os-quota-sets/{project_id}")),
]
