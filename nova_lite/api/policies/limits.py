"""Limits of a project."""
from nova_lite.api.policies import ADMIN, ANY, documented

OTHER_PROJECT = "os_compute_api:limits:other_project"

rules = [
    documented("os_compute_api:limits", ANY, "Show limits and usage of one's project.", ("GET", "/limits")),
    documented(OTHER_PROJECT, ADMIN, "Show limits and usage of another project.", ("GET", "/limits?tenant_id=")),
]
