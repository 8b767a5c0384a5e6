"""``service list``, ``service set``."""
from nova_lite.cli.command import CloudCommand, CloudLister
from nova_lite.cli.connection import at_least, microversion
from nova_lite.cli.errors import CommandError


class ListServices(CloudLister):
    """List services and whether they are up (admin)"""

    examples = ("service list", "service list --binary nova-compute")
    columns = (("ID", "id"), ("Binary", "binary"), ("Host", "host"), ("Zone", "availability_zone"),
               ("Status", "status"), ("State", "state"), ("Updated At", "updated_at"),
               ("Disabled Reason", "disabled_reason"))

    def add_arguments(self, parser):
        parser.add_argument("--host", help="only of this host")
        parser.add_argument("--binary", help="only these, for example nova-compute")

    def take_action(self, args):
        query = {key: value for key, value in (("host", args.host), ("binary", args.binary)) if value}
        return self.table(self.cloud.compute.services(**query))


class SetService(CloudCommand):
    """Enable or disable a service, or say that it is down (admin)"""

    examples = ("service set node1 nova-compute --disable --reason 'new memory'",
                "service set node1 nova-compute --down")

    def add_arguments(self, parser):
        parser.add_argument("host")
        parser.add_argument("binary", help="for example nova-compute")
        able = parser.add_mutually_exclusive_group()
        able.add_argument("--enable", action="store_true", help="new servers may go there")
        able.add_argument("--disable", action="store_true", help="no new servers go there")
        parser.add_argument("--reason", help="why it is disabled")
        forced = parser.add_mutually_exclusive_group()
        forced.add_argument("--down", action="store_true", help="it is surely dead (compute API 2.11)")
        forced.add_argument("--up", action="store_true", help="believe its heartbeats again")

    def take_action(self, args):
        if args.reason and not args.disable:
            raise CommandError("--reason goes with --disable")
        if not (args.enable or args.disable or args.down or args.up):
            raise CommandError("Nothing to set: give --enable, --disable, --down or --up")
        compute = self.cloud.compute
        version = microversion(compute, "2.69")
        if at_least(version, "2.53"):
            body = {key: value for key, value in (
                ("status", "enabled" if args.enable else "disabled" if args.disable else None),
                ("disabled_reason", args.reason),
                ("forced_down", args.down if args.down or args.up else None)) if value is not None}
            self._put(f"/os-services/{self._service_id(args)}", body, version)
            return
        # Before 2.53 the verb is in the URL.
        which = {"host": args.host, "binary": args.binary}
        if args.enable:
            self._put("/os-services/enable", which, version)
        elif args.disable and args.reason:
            self._put("/os-services/disable-log-reason", which | {"disabled_reason": args.reason}, version)
        elif args.disable:
            self._put("/os-services/disable", which, version)
        if args.down or args.up:
            self._put("/os-services/force-down", which | {"forced_down": args.down}, version)

    def _put(self, url, body, version):
        from openstack import exceptions

        exceptions.raise_from_response(self.cloud.compute.put(url, json=body, microversion=version))

    def _service_id(self, args):
        for service in self.cloud.compute.services(host=args.host, binary=args.binary):
            return service.id
        raise CommandError(f"There is no {args.binary} on {args.host}. See: nova-lite service list")


class DeleteService(CloudCommand):
    """Delete the record of a service that is no more (admin, compute API 2.53)"""

    examples = ("service delete node7 nova-compute",)

    def add_arguments(self, parser):
        parser.add_argument("host")
        parser.add_argument("binary", help="for example nova-compute")

    def take_action(self, args):
        for service in self.cloud.compute.services(host=args.host, binary=args.binary):
            self.ask("DELETE", f"/os-services/{service.id}", "2.69")
            return
        raise CommandError(f"There is no {args.binary} on {args.host}. See: nova-lite service list")
