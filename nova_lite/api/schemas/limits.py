"""Query of limits."""
from nova_lite.api.schemas.parameter_types import INTEGER, TEXT, exact, growing

_show = {"type": "object", "properties": {"tenant_id": TEXT}, "additionalProperties": True}
SHOW = (("2.1", _show), ("2.75", {**_show, "additionalProperties": False}))

# -- answer ------------------------------------------------------------------------------------------------
_FOR_EVER = ("maxTotalInstances", "maxTotalCores", "maxTotalRAMSize", "maxTotalKeypairs", "maxServerMeta",
             "maxServerGroups", "maxServerGroupMembers", "totalInstancesUsed", "totalCoresUsed", "totalRAMUsed",
             "totalServerGroupsUsed")
_UNTIL_236 = ("maxTotalFloatingIps", "maxSecurityGroups", "maxSecurityGroupRules", "totalFloatingIpsUsed",
              "totalSecurityGroupsUsed")
_UNTIL_257 = ("maxPersonality", "maxPersonalitySize")
SHOWN = growing(
    lambda properties: exact({"limits": exact({"rate": {"type": "array", "maxItems": 0},
                                               "absolute": exact(properties)})}),
    ("2.1", dict.fromkeys((*_FOR_EVER, "maxImageMeta", *_UNTIL_236, *_UNTIL_257), INTEGER)),
    ("2.36", dict.fromkeys(_UNTIL_236)), ("2.39", {"maxImageMeta": None}), ("2.57", dict.fromkeys(_UNTIL_257)))
