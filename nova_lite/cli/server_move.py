"""``server resize``, ``server resize confirm``, ``server resize revert``, ``server migrate``."""
from nova_lite.cli import lookup
from nova_lite.cli.connection import at_least, microversion
from nova_lite.cli.errors import CommandError
from nova_lite.cli.server_actions import Action

_HOST = "2.56"


class ResizeServer(Action):
    """Resize servers to another flavor; then: server resize confirm, or server resize revert"""

    examples = ("server resize --flavor m1.small --wait web1",)
    wanted = "VERIFY_RESIZE"

    def add_options(self, parser):
        parser.add_argument("--flavor", required=True, help="name or id")

    def act(self, compute, server, args):
        compute.resize_server(server, lookup.flavor(self.cloud, args.flavor).id)


class ConfirmResize(Action):
    """Confirm resizes and migrations: what servers had before is given up"""

    examples = ("server resize confirm web1",)

    def act(self, compute, server, args):
        compute.confirm_server_resize(server)


class RevertResize(Action):
    """Revert resizes and migrations: servers become what they were before"""

    examples = ("server resize revert web1",)

    def act(self, compute, server, args):
        compute.revert_server_resize(server)


class MigrateServer(Action):
    """Cold migrate servers to another host (admin); then: server resize confirm, or server resize revert"""

    examples = ("server migrate --wait web1", "server migrate --host node2 web1")
    wanted = "VERIFY_RESIZE"

    def add_options(self, parser):
        parser.add_argument("--host", help=f"the host to go to (compute API {_HOST})")

    def act(self, compute, server, args):
        if args.host is None:
            compute.migrate_server(server)
        elif not at_least(microversion(compute, _HOST), _HOST):
            raise CommandError(f"--host needs compute API {_HOST} or newer")
        else:
            self.ask("POST", f"/servers/{server.id}/action", _HOST, json={"migrate": {"host": args.host}})
