"""``server resize``, ``server resize confirm``, ``server resize revert``, ``server migrate``, ``server evacuate``."""
from nova_lite.cli import lookup
from nova_lite.cli.connection import at_least, microversion
from nova_lite.cli.errors import CommandError
from nova_lite.cli.server_actions import Action

_HOST = "2.56"
_AUTO = "2.25"                  # the first that looks itself whether disks are shared
_NOT_SHARED = "2.14"            # the first that does so in an evacuation


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


class ConfirmMigration(ConfirmResize):
    """Confirm migrations: what servers had on their old hosts is given up"""

    examples = ("server migration confirm web1",)


class RevertMigration(RevertResize):
    """Revert migrations: servers go back to their old hosts"""

    examples = ("server migration revert web1",)


class MigrateServer(Action):
    """Migrate servers to another host (admin); a cold one is then to be confirmed: server resize confirm, or revert"""

    examples = ("server migrate --wait web1", "server migrate --host node2 web1",
                "server migrate --live-migration --wait web1")

    wanted = "VERIFY_RESIZE"

    def add_options(self, parser):
        parser.add_argument("--host", help=f"the host to go to (cold: compute API {_HOST})")
        parser.add_argument("--live-migration", action="store_true", help="while they run, where the cloud can do that")
        disks = parser.add_mutually_exclusive_group()
        disks.add_argument("--block-migration", action="store_const", dest="disks", const=True,
                           help="live: copy the disks (compute API until 2.24 asks for this or the other)")
        disks.add_argument("--shared-migration", action="store_const", dest="disks", const=False,
                           help="live: the disks are shared")

        parser.add_argument("--disk-overcommit", action="store_true",
                            help="live: disks may be larger than the other host's (compute API until 2.24)")

    def take_action(self, args):
        if args.live_migration:
            self.wanted = "ACTIVE"
        super().take_action(args)

    def act(self, compute, server, args):
        if args.live_migration:
            self._migrate_live(compute, server, args)
        elif args.host is None:
            compute.migrate_server(server)
        elif not at_least(microversion(compute, _HOST), _HOST):
            raise CommandError(f"--host needs compute API {_HOST} or newer")
        else:
            self.ask("POST", f"/servers/{server.id}/action", _HOST, json={"migrate": {"host": args.host}})

    def _migrate_live(self, compute, server, args):
        body = {"host": args.host, "block_migration": "auto" if args.disks is None else args.disks}
        ceiling = _AUTO
        if not at_least(microversion(compute, _AUTO), _AUTO):
            ceiling = "2.24"
            body |= {"block_migration": bool(args.disks), "disk_over_commit": args.disk_overcommit}
        self.ask("POST", f"/servers/{server.id}/action", ceiling, json={"os-migrateLive": body})


class EvacuateServer(Action):
    """Build servers of a host that is down anew on another one, where the cloud can do that (admin)"""

    examples = ("server evacuate web1", "server evacuate --host node2 --password secret web1")

    def add_options(self, parser):
        parser.add_argument("--host", help="the host to go to")
        parser.add_argument("--password", help="the new guest's administrator has this password")

    def act(self, compute, server, args):
        body = {key: value for key, value in (("host", args.host), ("adminPass", args.password)) if value}
        if not at_least(microversion(compute, _NOT_SHARED), _NOT_SHARED):
            body["onSharedStorage"] = False
        self.ask("POST", f"/servers/{server.id}/action", _NOT_SHARED, json={"evacuate": body})
