"""``server add floating ip``, ``server remove floating ip``."""
from nova_lite.cli import lookup
from nova_lite.cli.command import CloudCommand

_CEILING = "2.43"           # of the actions


class AddFloatingIp(CloudCommand):
    """Tie a floating address to a server"""

    examples = ("server add floating ip web1 172.24.4.7",)

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("address", help="the floating one")
        parser.add_argument("--fixed-ip-address", metavar="ADDRESS", help="of these of the server; else its first")

    def take_action(self, args):
        fixed = {"fixed_address": args.fixed_ip_address} if args.fixed_ip_address else {}
        self.ask("POST", f"/servers/{lookup.server_id(self.cloud, args.server)}/action", _CEILING,
                 json={"addFloatingIp": {"address": args.address, **fixed}})


class RemoveFloatingIp(CloudCommand):
    """Untie a floating address from a server"""

    examples = ("server remove floating ip web1 172.24.4.7",)

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("address", help="the floating one")

    def take_action(self, args):
        self.ask("POST", f"/servers/{lookup.server_id(self.cloud, args.server)}/action", _CEILING,
                 json={"removeFloatingIp": {"address": args.address}})
