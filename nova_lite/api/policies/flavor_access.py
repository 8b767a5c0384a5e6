"""Who may use a private flavor."""
from nova_lite.api.policies import ADMIN, documented

BASE = "os_compute_api:os-flavor-access"
ADD = f"{BASE}:add_tenant_access"
REMOVE = f"{BASE}:remove_tenant_access"

rules = [
    documented(BASE, ADMIN, "List the projects that may use a private flavor.",
               ("GET", "/flavors/{flavor_id}/os-flavor-access")),
    documented(ADD, ADMIN, "Let a project use a private flavor.",
               ("POST", "/flavors/{flavor_id}/action (addTenantAccess)")),
    documented(REMOVE, ADMIN, "No longer let a project use a private flavor.",
               ("POST", "/flavors/{flavor_id}/action (removeTenantAccess)")),
]
