"""``aggregate list``, ``show``, ``create``, ``set``, ``unset``, ``delete``, ``add host``, ``remove host``."""
from nova_lite.cli import columns
from nova_lite.cli.command import CloudCommand, CloudLister, CloudShow
from nova_lite.cli.errors import CommandError
from nova_lite.cli.server import pair

_PATH, _CEILING = "/os-aggregates", "2.41"


def _item(key: str):
    return lambda aggregate: aggregate.get(key)


_FIELDS = (("id", _item("id")), ("name", _item("name")), ("availability_zone", _item("availability_zone")),
           ("hosts", _item("hosts"), columns.Words), ("properties", _item("metadata"), columns.Pairs))


def _find(command: CloudCommand, name_or_id: str) -> dict:
    for aggregate in command.ask("GET", _PATH, _CEILING)["aggregates"]:
        if name_or_id in (str(aggregate["id"]), aggregate["name"]):
            return aggregate
    raise CommandError(f"There is no aggregate {name_or_id!r}. See: nova-lite aggregate list")


def _act(command: CloudCommand, name_or_id: str, **action) -> dict:
    path = f"{_PATH}/{_find(command, name_or_id)['id']}/action"
    return command.ask("POST", path, _CEILING, json=action)["aggregate"]


class ListAggregates(CloudLister):
    """List aggregates of hosts (admin)"""

    examples = ("aggregate list",)
    columns = tuple((title, *rest) for title, (_, *rest) in zip(
        ("ID", "Name", "Availability Zone", "Hosts", "Properties"), _FIELDS, strict=True))

    def take_action(self, args):
        return self.table(self.ask("GET", _PATH, _CEILING)["aggregates"])


class _OneAggregate(CloudShow):
    fields = _FIELDS

    def add_arguments(self, parser):
        parser.add_argument("aggregate", help="name or id")


class ShowAggregate(_OneAggregate):
    """Show an aggregate (admin)"""

    examples = ("aggregate show rack1",)

    def take_action(self, args):
        return self.one(_find(self, args.aggregate))


class CreateAggregate(CloudShow):
    """Create an aggregate (admin); with --zone its hosts are an availability zone"""

    examples = ("aggregate create rack1 --zone west", "aggregate create fast --property ssd=true")
    fields = _FIELDS

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("--zone", help="availability zone of its hosts")
        parser.add_argument("--property", type=pair, action="append", default=[], metavar="KEY=VALUE",
                            help="metadata item; may be repeated")

    def take_action(self, args):
        body = {"name": args.name, **({"availability_zone": args.zone} if args.zone else {})}
        made = self.ask("POST", _PATH, _CEILING, json={"aggregate": body})["aggregate"]
        if args.property:
            return self.one(_act(self, str(made["id"]), set_metadata={"metadata": dict(args.property)}))
        return self.one(_find(self, str(made["id"])))


class SetAggregate(_OneAggregate):
    """Change the name, zone or properties of an aggregate (admin)"""

    examples = ("aggregate set rack1 --zone east", "aggregate set fast --property ssd=true")

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--name", help="new name")
        parser.add_argument("--zone", help="new availability zone")
        parser.add_argument("--property", type=pair, action="append", default=[], metavar="KEY=VALUE",
                            help="metadata item to set; may be repeated")

    def take_action(self, args):
        body = {key: value for key, value in (("name", args.name), ("availability_zone", args.zone)) if value}
        if not body and not args.property:
            raise CommandError("Nothing to set: give --name, --zone or --property")
        aggregate = _find(self, args.aggregate)
        if body:
            aggregate = self.ask("PUT", f"{_PATH}/{aggregate['id']}", _CEILING, json={"aggregate": body})["aggregate"]
        if args.property:
            aggregate = _act(self, str(aggregate["id"]), set_metadata={"metadata": dict(args.property)})
        return self.one(aggregate)


class UnsetAggregate(_OneAggregate):
    """Remove properties of an aggregate (admin)"""

    examples = ("aggregate unset fast --property ssd",)

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--property", action="append", required=True, metavar="KEY",
                            help="metadata item to remove; may be repeated")

    def take_action(self, args):
        return self.one(_act(self, args.aggregate, set_metadata={"metadata": dict.fromkeys(args.property)}))


class DeleteAggregate(CloudCommand):
    """Delete aggregates that have no hosts (admin)"""

    examples = ("aggregate delete rack1",)

    def add_arguments(self, parser):
        parser.add_argument("aggregates", nargs="+", metavar="aggregate", help="name or id")

    def take_action(self, args):
        for name in args.aggregates:
            self.ask("DELETE", f"{_PATH}/{_find(self, name)['id']}", _CEILING)


class AddHost(_OneAggregate):
    """Add a host to an aggregate (admin)"""

    examples = ("aggregate add host rack1 node1",)

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("host")

    def take_action(self, args):
        return self.one(_act(self, args.aggregate, add_host={"host": args.host}))


class RemoveHost(_OneAggregate):
    """Remove a host from an aggregate (admin)"""

    examples = ("aggregate remove host rack1 node1",)

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("host")

    def take_action(self, args):
        return self.one(_act(self, args.aggregate, remove_host={"host": args.host}))
