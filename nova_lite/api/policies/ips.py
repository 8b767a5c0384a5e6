"""A server's addresses."""
from nova_lite.api.policies import READER, documented

rules = [
    documented("os_compute_api:ips:index", READER, "List a server's addresses.", ("GET", "/servers/{server_id}/ips")),
    documented("os_compute_api:ips:show", READER, "List a server's addresses in one network.",
               ("GET", "/servers/{server_id}/ips/{network_label}")),
]
