"""``limits show``: how much of the quota is used."""
from nova_lite.cli.command import CloudLister

# what, used, most allowed: attributes of the SDK's AbsoluteLimits
_LIMITS = (
    ("instances", "instances_used", "instances"),
    ("cores", "total_cores_used", "total_cores"),
    ("ram (MiB)", "total_ram_used", "total_ram"),
    ("server groups", "server_groups_used", "server_groups"),
    ("members of a server group", None, "server_group_members"),
    ("key pairs", None, "keypairs"),
    ("metadata items of a server", None, "server_meta"),
)


class ShowLimits(CloudLister):
    """Show what the project uses and may use; -1 is unlimited"""

    examples = ("limits show",)

    def take_action(self, args):
        absolute = self.cloud.compute.get_limits().absolute
        rows = ((what, getattr(absolute, used) if used else None, getattr(absolute, most))
                for what, used, most in _LIMITS)
        return ["Resource", "Used", "Limit"], [row for row in rows if row[2] is not None]
