"""Extra specs of flavors; ``index`` also says who sees them inside of flavors and servers."""
from nova_lite.api.policies import ADMIN, READER, documented

BASE = "os_compute_api:os-flavor-extra-specs"
INDEX = f"{BASE}:index"

rules = [
    documented(INDEX, READER, "List extra specs of a flavor.", ("GET", "/flavors/{flavor_id}/os-extra_specs"),
               ("GET", "/flavors/detail"), ("GET", "/flavors/{flavor_id}"), ("GET", "/servers/detail"),
               ("GET", "/servers/{server_id}")),
    documented(f"{BASE}:show", READER, "Show an extra spec of a flavor.",
               ("GET", "/flavors/{flavor_id}/os-extra_specs/{key}")),
    documented(f"{BASE}:create", ADMIN, "Add extra specs to a flavor.",
               ("POST", "/flavors/{flavor_id}/os-extra_specs")),
    documented(f"{BASE}:update", ADMIN, "Change an extra spec of a flavor.",
               ("PUT", "/flavors/{flavor_id}/os-extra_specs/{key}")),
    documented(f"{BASE}:delete", ADMIN, "Remove an extra spec from a flavor.",
               ("DELETE", "/flavors/{flavor_id}/os-extra_specs/{key}")),
]
