"""Flavors: everybody sees them, administrators make them."""
from nova_lite.api.policies import ADMIN, ANY, documented

rules = [
    documented("os_compute_api:flavors", ANY, "List and show flavors.", ("GET", "/flavors"),
               ("GET", "/flavors/detail"), ("GET", "/flavors/{flavor_id}"), ("POST", "/flavors/{flavor_id}/action")),
    documented("os_compute_api:os-flavor-manage:create", ADMIN, "Create a flavor.", ("POST", "/flavors")),
    documented("os_compute_api:os-flavor-manage:update", ADMIN, "Change a flavor's description.",
               ("PUT", "/flavors/{flavor_id}")),
    documented("os_compute_api:os-flavor-manage:delete", ADMIN, "Delete a flavor.", ("DELETE", "/flavors/{flavor_id}")),
]
