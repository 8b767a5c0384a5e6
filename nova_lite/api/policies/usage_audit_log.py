"""The usage audit log: for administrators."""
from nova_lite.api.policies import ADMIN, documented

_BASE = "os_compute_api:os-instance-usage-audit-log"

rules = [
    documented(f"{_BASE}:list", ADMIN, "Show the usage audit log of the last month.",
               ("GET", "/os-instance_usage_audit_log")),
    documented(f"{_BASE}:show", ADMIN, "Show the usage audit log of the month before a time.",
               ("GET", "/os-instance_usage_audit_log/{before_timestamp}")),
]
