"""``server ssh``: find the address, become ssh."""
import os
import shutil

from nova_lite.cli import lookup
from nova_lite.cli.command import CloudCommand
from nova_lite.cli.errors import CommandError


def address(server, network: str | None = None, version: int = 4) -> str:
    """The address to call: a floating one first, then the first fixed one.

    ``network``: only this network's; ``version``: 4 or 6.  CommandError when there is none.
    """
    found = server.addresses or {}
    if network is not None and network not in found:
        raise CommandError(f"Server {server.name} is not in network {network!r}, "
                           f"but in: {', '.join(found) or 'none'}")
    entries = [entry for label, entries in found.items() if network in (None, label) for entry in entries
               if entry.get("version") == version]
    if not entries:
        raise CommandError(f"Server {server.name} has no IPv{version} address (status {server.status})")
    return min(entries, key=lambda entry: entry.get("OS-EXT-IPS:type") != "floating")["addr"]


def command_line(args, host: str, command: list[str]) -> list[str]:
    """The ssh command for the parsed options; ``command`` is what to run there, empty: a shell."""
    line = ["ssh", "-l", args.login, "-o", f"ConnectTimeout={args.connect_timeout}"]
    if args.identity:
        line += ["-i", args.identity, "-o", "IdentitiesOnly=yes"]
    if args.port:
        line += ["-p", str(args.port)]
    if args.no_host_key_check:
        line += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
    return [*line, host, *command]


class Ssh(CloudCommand):
    """Log in to a server with ssh, or run what stands behind -- there"""

    examples = ("server ssh web1 -i ~/.ssh/demo", "server ssh web1 -l root -- uptime")

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("-l", "--login", default="cirros", help="user in the guest (default cirros)")
        parser.add_argument("-i", "--identity", metavar="FILE", help="private key")
        parser.add_argument("-p", "--port", type=int, help="port of the guest's ssh")
        parser.add_argument("--connect-timeout", type=int, default=10, metavar="SECONDS",
                            help="give up when nothing answers for so long (default 10)")
        parser.add_argument("-6", dest="version", action="store_const", const=6, default=4, help="use IPv6")
        parser.add_argument("--network", metavar="LABEL", help="use the address in this network")
        parser.add_argument("--no-host-key-check", action="store_true",
                            help="believe any host key: guests that come and go share addresses")

    def take_action(self, args):
        if shutil.which("ssh") is None:
            raise CommandError("There is no ssh on this machine; install an OpenSSH client")
        server = lookup.server(self.cloud, args.server)
        line = command_line(args, address(server, args.network, args.version), self.app.behind_dashes)
        self.app.LOG.info("%s", " ".join(line))
        os.execvp(line[0], line)
