"""The trace of a server's actions: nova-lite's own."""
from nova_lite.api.policies import READER, documented

rules = [documented("nova_lite_api:trace", READER, "Show every hop of a server's actions.",
                    ("GET", "/servers/{server_id}/nova-lite-trace"))]
