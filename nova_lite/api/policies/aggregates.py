"""Aggregates: for administrators."""
from nova_lite.api.policies import ADMIN, documented

BASE = "os_compute_api:os-aggregates"
ADD_HOST, REMOVE_HOST, SET_METADATA = f"{BASE}:add_host", f"{BASE}:remove_host", f"{BASE}:set_metadata"
IMAGES = "compute:aggregates:images"
_ALL, _ONE = "/os-aggregates", "/os-aggregates/{aggregate_id}"

rules = [
    documented(IMAGES, ADMIN, "Have an aggregate's hosts fetch images before they need them.",
               ("POST", f"{_ONE}/images")),
    documented(f"{BASE}:index", ADMIN, "List aggregates.", ("GET", _ALL)),
    documented(f"{BASE}:create", ADMIN, "Create an aggregate.", ("POST", _ALL)),
    documented(f"{BASE}:show", ADMIN, "Show an aggregate.", ("GET", _ONE)),
    documented(f"{BASE}:update", ADMIN, "Change an aggregate's name or zone.", ("PUT", _ONE)),
    documented(f"{BASE}:delete", ADMIN, "Delete an aggregate.", ("DELETE", _ONE)),
    documented(ADD_HOST, ADMIN, "Add a host to an aggregate.", ("POST", f"{_ONE}/action (add_host)")),
    documented(REMOVE_HOST, ADMIN, "Remove a host from an aggregate.", ("POST", f"{_ONE}/action (remove_host)")),
    documented(SET_METADATA, ADMIN, "Set or remove metadata of an aggregate.",
               ("POST", f"{_ONE}/action (set_metadata)")),
]
