"""Security groups, as before 2.36."""
from nova_lite.api.policies import MEMBER, READER, documented

BASE = "os_compute_api:os-security-groups"

rules = [
    documented(f"{BASE}:list", READER, "List a server's security groups.",
               ("GET", "/servers/{server_id}/os-security-groups")),
    documented(f"{BASE}:get", READER, "List security groups.", ("GET", "/os-security-groups")),
    documented(f"{BASE}:show", READER, "Show a security group.", ("GET", "/os-security-groups/{security_group_id}")),
    documented(f"{BASE}:create", MEMBER, "Create a security group.", ("POST", "/os-security-groups")),
    documented(f"{BASE}:update", MEMBER, "Change a security group.",
               ("PUT", "/os-security-groups/{security_group_id}")),
    documented(f"{BASE}:delete", MEMBER, "Delete a security group.",
               ("DELETE", "/os-security-groups/{security_group_id}")),
    documented(f"{BASE}:rule:create", MEMBER, "Create a rule of a security group.",
               ("POST", "/os-security-group-rules")),
    documented(f"{BASE}:rule:delete", MEMBER, "Delete a rule of a security group.",
               ("DELETE", "/os-security-group-rules/{security_group_id}")),
]
