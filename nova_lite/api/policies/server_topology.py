"""A server's topology."""
from nova_lite.api.policies import READER, documented

rules = [documented("compute:server:topology:index", READER, "Show a server's NUMA topology.",
                    ("GET", "/servers/{server_id}/topology"))]
