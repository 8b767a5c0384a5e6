"""Key pairs are a user's own; an administrator reaches everybody's."""
from nova_lite.api.policies import documented

BASE = "os_compute_api:os-keypairs"
OWNER = "rule:admin or user_id:%(user_id)s"

rules = [
    documented(f"{BASE}:index", OWNER, "List key pairs.", ("GET", "/os-keypairs")),
    documented(f"{BASE}:create", OWNER, "Create or import a key pair.", ("POST", "/os-keypairs")),
    documented(f"{BASE}:show", OWNER, "Show a key pair.", ("GET", "/os-keypairs/{keypair_name}")),
    documented(f"{BASE}:delete", OWNER, "Delete a key pair.", ("DELETE", "/os-keypairs/{keypair_name}")),
]
