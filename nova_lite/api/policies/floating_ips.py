"""Floating IPs, as before 2.44."""
from nova_lite.api.policies import MEMBER, READER, documented

BASE = "os_compute_api:os-floating-ips"

rules = [
    documented("os_compute_api:os-floating-ip-pools", READER, "List pools of floating IPs.",
               ("GET", "/os-floating-ip-pools")),
    documented(f"{BASE}:list", READER, "List floating IPs.", ("GET", "/os-floating-ips")),
    documented(f"{BASE}:show", READER, "Show a floating IP.", ("GET", "/os-floating-ips/{floating_ip_id}")),
    documented(f"{BASE}:create", MEMBER, "Take a floating IP.", ("POST", "/os-floating-ips")),
    documented(f"{BASE}:delete", MEMBER, "Give a floating IP back.", ("DELETE", "/os-floating-ips/{floating_ip_id}")),
    documented(f"{BASE}:add", MEMBER, "Let a floating IP stand for a server's address.",
               ("POST", "/servers/{server_id}/action (addFloatingIp)")),
    documented(f"{BASE}:remove", MEMBER, "Take a floating IP from a server.",
               ("POST", "/servers/{server_id}/action (removeFloatingIp)")),
]
