"""Bodies of a server's interfaces."""
from nova_lite.api.schemas.parameter_types import IP_ADDRESS, STRING, TAG, UUID, exact, growing, listed, or_null, strict

_ASKED = {"net_id": UUID, "port_id": UUID, "fixed_ips": {
    "type": "array", "minItems": 1, "maxItems": 1, "items": strict({"ip_address": IP_ADDRESS}, ("ip_address",))}}
CREATE = (("2.1", strict({"interfaceAttachment": strict(_ASKED)})),
          ("2.49", strict({"interfaceAttachment": strict({**_ASKED, "tag": TAG})})))

# -- answers -----------------------------------------------------------------------------------------------
_INTERFACE = (
    ("2.1", {"net_id": UUID, "port_id": UUID, "mac_addr": STRING, "port_state": STRING,
             "fixed_ips": listed(exact({"subnet_id": UUID, "ip_address": STRING}))}),
    ("2.70", {"tag": or_null(STRING)}))
SHOWN = growing(lambda properties: exact({"interfaceAttachment": exact(properties)}), *_INTERFACE)
LISTED = growing(lambda properties: exact({"interfaceAttachments": listed(exact(properties))}), *_INTERFACE)
