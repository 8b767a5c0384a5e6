"""``server add security group``, ``server remove security group``."""
from nova_lite.cli import lookup
from nova_lite.cli.command import CloudCommand


class _Change(CloudCommand):
    action = ""

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("group", help="name or id")

    def take_action(self, args):
        server = lookup.server_id(self.cloud, args.server)
        self.ask("POST", f"/servers/{server}/action", "2.38", json={self.action: {"name": args.group}})


class AddSecurityGroup(_Change):
    """Put a server's interfaces into a security group"""

    examples = ("server add security group web1 web",)
    action = "addSecurityGroup"


class RemoveSecurityGroup(_Change):
    """Take a server's interfaces out of a security group"""

    examples = ("server remove security group web1 web",)
    action = "removeSecurityGroup"
