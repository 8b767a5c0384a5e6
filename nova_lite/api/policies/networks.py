"""Networks, as before 2.36."""
from nova_lite.api.policies import READER, documented

NETWORKS, TENANT_NETWORKS = "os_compute_api:os-networks", "os_compute_api:os-tenant-networks"

rules = [
    documented(f"{NETWORKS}:list", READER, "List networks.", ("GET", "/os-networks")),
    documented(f"{NETWORKS}:show", READER, "Show a network.", ("GET", "/os-networks/{network_id}")),
    documented(f"{TENANT_NETWORKS}:list", READER, "List the project's networks.", ("GET", "/os-tenant-networks")),
    documented(f"{TENANT_NETWORKS}:show", READER, "Show one of the project's networks.",
               ("GET", "/os-tenant-networks/{network_id}")),
]
