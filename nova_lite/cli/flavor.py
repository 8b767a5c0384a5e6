"""``flavor list``, ``show``, ``create``, ``delete``."""
from nova_lite.cli import columns, lookup
from nova_lite.cli.command import CloudCommand, CloudLister, CloudShow
from nova_lite.cli.server import pair

_FIELDS = (("id", "id"), ("name", "name"), ("ram", "ram"), ("disk", "disk"), ("ephemeral", "ephemeral"),
           ("swap", "swap"), ("vcpus", "vcpus"), ("is_public", "is_public"), ("description", "description"),
           ("properties", "extra_specs", columns.Pairs))


class ListFlavors(CloudLister):
    """List flavors"""

    examples = ("flavor list", "flavor list --all -f json")
    columns = (("ID", "id"), ("Name", "name"), ("RAM", "ram"), ("Disk", "disk"), ("Ephemeral", "ephemeral"),
               ("VCPUs", "vcpus"), ("Is Public", "is_public"))

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="private ones too (admin)")

    def take_action(self, args):
        return self.table(self.cloud.compute.flavors(**({"is_public": "none"} if args.all else {})))


class ShowFlavor(CloudShow):
    """Show one flavor"""

    examples = ("flavor show m1.tiny",)
    fields = _FIELDS

    def add_arguments(self, parser):
        parser.add_argument("flavor", help="name or id")

    def take_action(self, args):
        flavor = lookup.flavor(self.cloud, args.flavor)
        # Bodies have the extra specs from 2.61 on; before that they are a resource of their own.
        return self.one(flavor if flavor.extra_specs else self.cloud.compute.fetch_flavor_extra_specs(flavor))


class CreateFlavor(CloudShow):
    """Create a flavor (admin)"""

    examples = ("flavor create m1.nano --vcpus 1 --ram 128 --disk 1",
                "flavor create big --vcpus 8 --ram 16384 --private")
    fields = _FIELDS

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("--id", default="auto", help="id (default: a uuid)")
        parser.add_argument("--vcpus", type=int, default=1, help="virtual CPUs (default 1)")
        parser.add_argument("--ram", type=int, default=256, metavar="MiB", help="memory (default 256)")
        parser.add_argument("--disk", type=int, default=0, metavar="GiB", help="root disk; 0: the image's size")
        parser.add_argument("--ephemeral", type=int, default=0, metavar="GiB", help="second disk")
        parser.add_argument("--swap", type=int, default=0, metavar="MiB", help="swap disk")
        parser.add_argument("--private", action="store_true", help="only for projects that get access")
        parser.add_argument("--property", type=pair, action="append", default=[], metavar="KEY=VALUE",
                            help="extra spec; may be repeated")

    def take_action(self, args):
        compute = self.cloud.compute
        attributes = {"name": args.name, "vcpus": args.vcpus, "ram": args.ram, "disk": args.disk,
                      "ephemeral": args.ephemeral, "swap": args.swap, "is_public": not args.private}
        if args.id != "auto":
            attributes["id"] = args.id
        flavor = compute.create_flavor(**attributes)
        if args.property:
            flavor = compute.create_flavor_extra_specs(flavor, dict(args.property))
        return self.one(flavor)


class DeleteFlavor(CloudCommand):
    """Delete flavors (admin); servers of it go on"""

    examples = ("flavor delete m1.nano",)

    def add_arguments(self, parser):
        parser.add_argument("flavors", nargs="+", metavar="flavor", help="name or id")

    def take_action(self, args):
        for name in args.flavors:
            self.cloud.compute.delete_flavor(lookup.flavor(self.cloud, name), ignore_missing=False)
