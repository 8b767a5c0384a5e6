"""Quota classes: for administrators."""
from nova_lite.api.policies import ADMIN, documented

_BASE = "os_compute_api:os-quota-class-sets"
_PATH = "/os-quota-class-sets/{quota_class}"

rules = [
    documented(f"{_BASE}:show", ADMIN, "Show the limits of a quota class.", ("GET", _PATH)),
    documented(f"{_BASE}:update", ADMIN, "Set the limits of a quota class.", ("PUT", _PATH)),
]
