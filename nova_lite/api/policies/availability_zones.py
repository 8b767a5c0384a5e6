"""Availability zones."""
from nova_lite.api.policies import ADMIN, ANY, documented

BASE = "os_compute_api:os-availability-zone"

rules = [
    documented(f"{BASE}:list", ANY, "List availability zones.", ("GET", "/os-availability-zone")),
    documented(f"{BASE}:detail", ADMIN, "List availability zones with their hosts.",
               ("GET", "/os-availability-zone/detail")),
]
