"""What was done to a server."""
from nova_lite.api.policies import ADMIN, READER, documented

BASE = "os_compute_api:os-instance-actions"
EVENTS = f"{BASE}:events"
EVENTS_DETAILS = f"{BASE}:events:details"
_ALL, _ONE = "/servers/{server_id}/os-instance-actions", "/servers/{server_id}/os-instance-actions/{request_id}"

rules = [
    documented(f"{BASE}:list", READER, "List a server's actions.", ("GET", _ALL)),
    documented(f"{BASE}:show", READER, "Show one action; its events without traceback from 2.51.", ("GET", _ONE)),
    documented(EVENTS, ADMIN, "See events at every microversion, with traceback and host.", ("GET", _ONE)),
    documented(EVENTS_DETAILS, ADMIN, "See the details of events (2.84).", ("GET", _ONE)),
]
