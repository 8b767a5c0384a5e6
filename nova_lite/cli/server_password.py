"""``server password show``, ``clear``: what a guest has told of its administrator's password."""
from nova_lite.cli import lookup
from nova_lite.cli.command import CloudCommand
from nova_lite.cli.errors import CommandError


def _path(command: CloudCommand, server: str) -> str:
    return f"/servers/{lookup.server_id(command.cloud, server)}/os-server-password"


class ShowServerPassword(CloudCommand):
    """Print the password that a guest has told, as it told it: encrypted with its key pair, in base64

    Whoever has the private key reads it so: base64 -d | openssl pkeyutl -decrypt -inkey KEY"""

    examples = ("server password show web1",)

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")

    def take_action(self, args):
        password = self.ask("GET", _path(self, args.server), "2.1")["password"]
        if not password:
            raise CommandError(f"The guest of server {args.server} has told no password")
        print(password, file=self.app.stdout)


class ClearServerPassword(CloudCommand):
    """Forget the password that a guest has told; the guest itself keeps it"""

    examples = ("server password clear web1",)

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")

    def take_action(self, args):
        self.ask("DELETE", _path(self, args.server), "2.1")
