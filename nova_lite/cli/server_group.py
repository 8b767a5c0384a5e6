"""``server group list``, ``create``, ``show``, ``delete``."""
import argparse

from nova_lite.cli import columns
from nova_lite.cli.command import CloudCommand, CloudLister, CloudShow
from nova_lite.cli.connection import at_least, microversion
from nova_lite.cli.errors import CommandError

_PATH, _CEILING = "/os-server-groups", "2.64"
POLICIES = ("affinity", "anti-affinity", "soft-affinity", "soft-anti-affinity")


def _policy(group) -> str:
    return group.get("policy") or ", ".join(group.get("policies", ()))


_FIELDS = (("id", lambda group: group["id"]), ("name", lambda group: group["name"]), ("policy", _policy),
           ("rules", lambda group: group.get("rules"), columns.Pairs),
           ("members", lambda group: group["members"], columns.Words))


def find(command: CloudCommand, name_or_id: str) -> dict:
    found = [group for group in command.ask("GET", _PATH, _CEILING)["server_groups"]
             if name_or_id in (group["id"], group["name"])]
    if len(found) != 1:
        raise CommandError(f"There is no server group {name_or_id!r}. See: nova-lite server group list" if not found
                           else f"Several server groups are named {name_or_id!r}: use an id")
    return found[0]


class ListServerGroups(CloudLister):
    """List server groups"""

    examples = ("server group list", "server group list --all-projects")
    columns = tuple((title, *rest) for title, (_, *rest) in zip(("ID", "Name", "Policy", "Rules", "Members"), _FIELDS,
                                                                strict=True))

    def add_arguments(self, parser):
        parser.add_argument("--all-projects", action="store_true", help="of every project (admin)")
        parser.add_argument("--limit", type=int, help="at most so many")
        parser.add_argument("--offset", type=int, help="without the first so many")

    def take_action(self, args):
        query = {key: value for key, value in (("all_projects", "True" if args.all_projects else None),
                                               ("limit", args.limit), ("offset", args.offset)) if value is not None}
        return self.table(self.ask("GET", _PATH, _CEILING, params=query)["server_groups"])


class ShowServerGroup(CloudShow):
    """Show a server group"""

    examples = ("server group show web",)
    fields = _FIELDS

    def add_arguments(self, parser):
        parser.add_argument("group", help="name or id")

    def take_action(self, args):
        return self.one(find(self, args.group))


class CreateServerGroup(CloudShow):
    """Create a server group; servers join it with: server create --hint group=ID"""

    examples = ("server group create web --policy anti-affinity",
                "server group create db --policy anti-affinity --max-per-host 2")
    fields = _FIELDS

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("--policy", choices=POLICIES, default="affinity", help="the default is affinity")
        parser.add_argument("--max-per-host", "--rule", type=_max_per_host, metavar="N",
                            help="servers of the group on one host, of anti-affinity, also said as "
                                 "max_server_per_host=N (compute API 2.64)")

    def take_action(self, args):
        if at_least(microversion(self.cloud.compute, _CEILING), "2.64"):
            rules = {"max_server_per_host": args.max_per_host} if args.max_per_host is not None else None
            body = {"name": args.name, "policy": args.policy, **({"rules": rules} if rules else {})}
        elif args.max_per_host is not None:
            raise CommandError("--max-per-host needs compute API 2.64 or newer")
        else:
            body = {"name": args.name, "policies": [args.policy]}
        return self.one(self.ask("POST", _PATH, _CEILING, json={"server_group": body})["server_group"])


def _max_per_host(text: str) -> int:
    """argparse type; also of openstack's --rule."""
    number = text.removeprefix("max_server_per_host=")
    if not number.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a number, nor max_server_per_host=N")
    return int(number)


class DeleteServerGroup(CloudCommand):
    """Delete server groups; their servers stay"""

    examples = ("server group delete web",)

    def add_arguments(self, parser):
        parser.add_argument("groups", nargs="+", metavar="group", help="name or id")

    def take_action(self, args):
        for name in args.groups:
            self.ask("DELETE", f"{_PATH}/{find(self, name)['id']}", _CEILING)
