"""Events of servers: for services."""
from nova_lite.api.policies import documented

rules = [documented("os_compute_api:os-server-external-events:create", "role:service or rule:admin",
                    "Tell of events of servers.", ("POST", "/os-server-external-events"))]
