"""``server shelve``, ``server unshelve``."""
from nova_lite.cli import lookup, waiting
from nova_lite.cli.command import CloudCommand
from nova_lite.cli.errors import CommandError
from nova_lite.cli.server import one_line

SHELVED, OFFLOADED = "SHELVED", "SHELVED_OFFLOADED"


class _Shelving(CloudCommand):
    """Does ``one`` to each server.  A failure does not stop the others."""

    def one(self, server, args, waiter: waiting.Waiter) -> None:
        raise NotImplementedError

    def take_action(self, args):
        failed = []
        progress = waiting.Progress(self.app.stderr, quiet=not self.app.options.verbose_level)
        for name in args.servers:
            waiter = waiting.Waiter(self.cloud.compute, progress, args.timeout)
            try:
                self.one(lookup.server(self.cloud, name), args, waiter)
            except Exception as exc:
                failed.append(one_line(exc, name))
        if failed:
            raise CommandError("\n".join(failed))


class ShelveServer(_Shelving):
    """Shelve servers: off, their disks kept as images, their addresses kept too"""

    examples = ("server shelve web1", "server shelve --offload --wait web1")

    def add_arguments(self, parser):
        parser.add_argument("servers", nargs="+", metavar="server", help="name or id")
        parser.add_argument("--offload", action="store_true",
                            help="also take them from their hosts, where that is not done at once (admin)")
        waiting.add_options(parser, "is shelved")

    def one(self, server, args, waiter):
        compute = self.cloud.compute
        if server.status not in (SHELVED, OFFLOADED):
            compute.shelve_server(server)
            if not args.offload and not args.wait:
                return
            server = waiter.status(server.id, (SHELVED, OFFLOADED), was=server.status)
        if args.offload and server.status == SHELVED:
            compute.shelve_offload_server(server)
            if args.wait:
                waiter.status(server.id, OFFLOADED, was=server.status)


class UnshelveServer(_Shelving):
    """Unshelve servers: they run again, with their disks and addresses"""

    examples = ("server unshelve --wait web1", "server unshelve --availability-zone east web1")

    def add_arguments(self, parser):
        parser.add_argument("servers", nargs="+", metavar="server", help="name or id")
        zone = parser.add_mutually_exclusive_group()
        zone.add_argument("--availability-zone", metavar="ZONE", help="where it is to be from now on (API 2.77)")
        zone.add_argument("--no-availability-zone", action="store_true",
                          help="it may be anywhere from now on (API 2.91)")
        parser.add_argument("--host", help="the host that it is to run on (admin, API 2.91)")
        waiting.add_options(parser, "is ACTIVE")

    def one(self, server, args, waiter):
        asked = {}
        if args.availability_zone or args.no_availability_zone:
            asked["availability_zone"] = args.availability_zone
        self.cloud.compute.unshelve_server(server, host=args.host, **asked)
        if args.wait:
            waiter.status(server.id, "ACTIVE", was=server.status)
