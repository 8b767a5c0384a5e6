"""Answers of networks, until 2.35: most keys were nova-network's, and are null."""
from nova_lite.api.schemas.parameter_types import NULL, STRING, UUID, always, exact, listed

FIELDS = ("cidr", "netmask", "gateway", "broadcast", "dns1", "dns2", "cidr_v6", "gateway_v6", "netmask_v6")
ADMIN_FIELDS = ("created_at", "updated_at", "deleted_at", "deleted", "injected", "bridge", "vlan",
                "vpn_public_address", "vpn_public_port", "vpn_private_address", "dhcp_start", "project_id", "host",
                "bridge_interface", "multi_host", "priority", "rxtx_base", "mtu", "dhcp_server", "enable_dhcp",
                "share_address")
_network = exact({"id": UUID, "label": STRING, **dict.fromkeys((*FIELDS, *ADMIN_FIELDS), NULL)}, ADMIN_FIELDS)
LISTED = always(exact({"networks": listed(_network)}))
SHOWN = always(exact({"network": _network}))
_own = exact({"id": UUID, "label": STRING, "cidr": {"enum": ["None"]}})
OWN_LISTED = always(exact({"networks": listed(_own)}))
OWN_SHOWN = always(exact({"network": _own}))
