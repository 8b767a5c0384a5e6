"""Bodies and answers of floating IPs and their pools, until 2.35; of the servers' actions with them, until 2.43."""
from nova_lite.api.schemas.parameter_types import IP_ADDRESS, STRING, UUID, always, exact, listed, or_null, strict

CREATE = always({"type": "object", "properties": {"pool": {"type": ["string", "null"], "maxLength": 255}},
                 "additionalProperties": True})
ADD = always(strict({"addFloatingIp": strict({"address": IP_ADDRESS, "fixed_address": IP_ADDRESS}, ("address",))},
                    ("addFloatingIp",)))
REMOVE = always(strict({"removeFloatingIp": strict({"address": IP_ADDRESS}, ("address",))}, ("removeFloatingIp",)))

# -- answers -----------------------------------------------------------------------------------------------
_floating = exact({"id": UUID, "ip": STRING, "pool": STRING, "fixed_ip": or_null(STRING), "instance_id": or_null(UUID)})
LISTED = always(exact({"floating_ips": listed(_floating)}))
SHOWN = always(exact({"floating_ip": _floating}))
POOLS = always(exact({"floating_ip_pools": listed(exact({"name": STRING}))}))
