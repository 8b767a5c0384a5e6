"""``flavor set``, ``unset``: description, extra specs, access."""
import urllib.parse

from nova_lite.cli import lookup
from nova_lite.cli.command import CloudCommand
from nova_lite.cli.errors import CommandError
from nova_lite.cli.server import pair

_CEILING = "2.100"


def _access(command: CloudCommand, flavor, verb: str, project: str) -> None:
    command.ask("POST", f"/flavors/{flavor.id}/action", _CEILING, json={verb: {"tenant": project}})


class SetFlavor(CloudCommand):
    """Change a flavor's description or extra specs, or share a private one (admin)"""

    examples = ("flavor set m1.tiny --property hw:watchdog_action=reset --description small",
                "flavor set secret --project 6d2d46a83a1b4d518f3d0f6f0c3c0a01")

    def add_arguments(self, parser):
        parser.add_argument("flavor", help="name or id")
        parser.add_argument("--description", help="new description (compute API 2.55)")
        parser.add_argument("--property", type=pair, action="append", default=[], metavar="KEY=VALUE",
                            help="extra spec to set; may be repeated")
        parser.add_argument("--project", metavar="ID", help="may use the private flavor from now on")

    def take_action(self, args):
        if args.description is None and not args.property and not args.project:
            raise CommandError("Nothing to set: give --description, --property or --project")
        flavor = lookup.flavor(self.cloud, args.flavor)
        if args.description is not None:
            self.ask("PUT", f"/flavors/{flavor.id}", _CEILING, json={"flavor": {"description": args.description}})
        if args.property:
            self.ask("POST", f"/flavors/{flavor.id}/os-extra_specs", _CEILING, json={
                "extra_specs": dict(args.property)})
        if args.project:
            _access(self, flavor, "addTenantAccess", args.project)


class UnsetFlavor(CloudCommand):
    """Remove extra specs of a flavor, or a project's access (admin)"""

    examples = ("flavor unset m1.tiny --property hw:watchdog_action",
                "flavor unset secret --project 6d2d46a83a1b4d518f3d0f6f0c3c0a01")

    def add_arguments(self, parser):
        parser.add_argument("flavor", help="name or id")
        parser.add_argument("--property", action="append", default=[], metavar="KEY",
                            help="extra spec to remove; may be repeated")
        parser.add_argument("--project", metavar="ID", help="may not use the private flavor any more")

    def take_action(self, args):
        if not args.property and not args.project:
            raise CommandError("Nothing to unset: give --property or --project")
        flavor = lookup.flavor(self.cloud, args.flavor)
        for key in args.property:
            self.ask("DELETE", f"/flavors/{flavor.id}/os-extra_specs/{urllib.parse.quote(key, safe='')}", _CEILING)
        if args.project:
            _access(self, flavor, "removeTenantAccess", args.project)
