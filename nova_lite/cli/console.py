"""``console log show``, ``console url show``."""
from nova_lite.cli import lookup
from nova_lite.cli.command import CloudCommand, CloudShow


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


class ShowConsoleUrl(CloudShow):
    """Show the URL of a server's screen (for a browser) or serial console (a websocket)"""

    examples = ("console url show web1", "console url show --serial web1")
    fields = tuple((name, lambda found, name=name: found[name]) for name in ("protocol", "type", "url"))

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        kinds = parser.add_mutually_exclusive_group()
        kinds.add_argument("--novnc", dest="kind", action="store_const", const=("vnc", "novnc"),
                           default=("vnc", "novnc"), help="the screen (default)")
        kinds.add_argument("--serial", dest="kind", action="store_const", const=("serial", "serial"),
                           help="the serial console")

    def take_action(self, args):
        server_id = lookup.server_id(self.cloud, args.server)
        protocol, kind = args.kind
        return self.one(self.ask("POST", f"/servers/{server_id}/remote-consoles", "2.8", json={
            "remote_console": {"protocol": protocol, "type": kind}})["remote_console"])
