"""Hypervisors: for administrators."""
from nova_lite.api.policies import ADMIN, documented

BASE = "os_compute_api:os-hypervisors"

rules = [
    documented(f"{BASE}:list", ADMIN, "List hypervisors.", ("GET", "/os-hypervisors")),
    documented(f"{BASE}:list-detail", ADMIN, "List hypervisors with details.", ("GET", "/os-hypervisors/detail")),
    documented(f"{BASE}:statistics", ADMIN, "Sum up all hypervisors.", ("GET", "/os-hypervisors/statistics")),
    documented(f"{BASE}:show", ADMIN, "Show a hypervisor.", ("GET", "/os-hypervisors/{hypervisor_id}")),
    documented(f"{BASE}:uptime", ADMIN, "Show a hypervisor's uptime.",
               ("GET", "/os-hypervisors/{hypervisor_id}/uptime")),
    documented(f"{BASE}:search", ADMIN, "Search hypervisors by name.",
               ("GET", "/os-hypervisors/{hypervisor_hostname_pattern}/search")),
    documented(f"{BASE}:servers", ADMIN, "List the servers of hypervisors by name.",
               ("GET", "/os-hypervisors/{hypervisor_hostname_pattern}/servers")),
]
