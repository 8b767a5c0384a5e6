"""``server stop``, ``start``, ``reboot``, ``restore``, ``lock``, ``unlock``: one action on one or more servers."""
from nova_lite.cli import lookup, waiting
from nova_lite.cli.command import CloudCommand
from nova_lite.cli.errors import CommandError
from nova_lite.cli.server import one_line


class Action(CloudCommand):
    """Orders ``act`` of each server, then waits for all of them.  A failure does not stop the others."""

    wanted = ""                  # the status at the end; empty: nothing to wait for

    def add_arguments(self, parser):
        parser.add_argument("servers", nargs="+", metavar="server", help="name or id")
        parser.add_argument("--all-projects", action="store_true", help="look for names in all projects (admin)")
        self.add_options(parser)
        if self.wanted:
            waiting.add_options(parser, f"is {self.wanted}")

    def add_options(self, parser) -> None:
        """Override: options beside the servers."""

    def act(self, compute, server, args) -> None:
        raise NotImplementedError

    def take_action(self, args):
        ordered, failed = [], []
        for name in args.servers:
            try:
                server = lookup.server(self.cloud, name, args.all_projects)
                self.act(self.cloud.compute, server, args)
                ordered.append(server)
            except Exception as exc:
                failed.append(one_line(exc, name))
        if self.wanted and args.wait:
            progress = waiting.Progress(self.app.stderr, quiet=not self.app.options.verbose_level)
            waiter = waiting.Waiter(self.cloud.compute, progress, args.timeout)
            for server in ordered:
                try:
                    waiter.status(server.id, self.wanted, was=server.status)
                except Exception as exc:
                    failed.append(one_line(exc, server.name))
        if failed:
            raise CommandError("\n".join(failed))


class StopServer(Action):
    """Shut servers down"""

    examples = ("server stop web1", "server stop --wait web1 web2")
    wanted = "SHUTOFF"

    def act(self, compute, server, args):
        compute.stop_server(server)


class StartServer(Action):
    """Start servers that are shut down"""

    examples = ("server start --wait web1",)
    wanted = "ACTIVE"

    def act(self, compute, server, args):
        compute.start_server(server)


class RebootServer(Action):
    """Reboot servers: asked from inside, or (--hard) like a power switch"""

    examples = ("server reboot web1", "server reboot --hard --wait web1")
    wanted = "ACTIVE"

    def add_options(self, parser):
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--hard", action="store_true", help="switch it off and on")
        how.add_argument("--soft", action="store_true", help="ask the guest (the default)")

    def act(self, compute, server, args):
        compute.reboot_server(server, "HARD" if args.hard else "SOFT")


class RestoreServer(Action):
    """Restore servers that are deleted and kept (SOFT_DELETED)"""

    examples = ("server restore --wait web1",)
    wanted = "ACTIVE"

    def act(self, compute, server, args):
        compute.restore_server(server)


class LockServer(Action):
    """Lock servers: only an admin can change them until they are unlocked"""

    examples = ("server lock web1",)

    def add_options(self, parser):
        parser.add_argument("--reason", help="why (compute API 2.73)")

    def act(self, compute, server, args):
        compute.lock_server(server, locked_reason=args.reason)


class UnlockServer(Action):
    """Unlock servers"""

    examples = ("server unlock web1",)

    def act(self, compute, server, args):
        compute.unlock_server(server)
