"""Open orders: nova-lite's own."""
from nova_lite.api.policies import ADMIN, READER, documented

rules = [
    documented("nova_lite_api:open-actions", ADMIN, "Show what is being done to all servers just now.",
               ("GET", "/nova-lite-actions")),
    documented("nova_lite_api:open-actions:server", READER, "Show what is being done to a server just now.",
               ("GET", "/servers/{server_id}/nova-lite-actions")),
]
