"""``console log show``."""
from nova_lite.cli import lookup
from nova_lite.cli.command import CloudCommand


class ShowConsoleLog(CloudCommand):
    """Show what a server wrote on its serial console"""

    examples = ("console log show web1", "console log show web1 --lines 20")

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("--lines", type=int, metavar="N", help="only the last N lines")

    def take_action(self, args):
        server_id = lookup.server_id(self.cloud, args.server)
        output = self.cloud.compute.get_server_console_output(server_id, length=args.lines).get("output") or ""
        self.app.stdout.write(output if output.endswith("\n") or not output else output + "\n")
