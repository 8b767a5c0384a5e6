"""``server migration list``, ``show``, ``abort``, ``force complete``."""
from nova_lite.cli import lookup
from nova_lite.cli.command import CloudCommand, CloudLister, CloudShow
from nova_lite.cli.connection import at_least, microversion
from nova_lite.cli.errors import CommandError

_PATH, _CEILING = "/os-migrations", "2.80"
# Filters that the list has since a later microversion.
_SINCE = {"limit": "2.59", "marker": "2.59", "changes-since": "2.59", "changes-before": "2.66", "project_id": "2.80",
          "user_id": "2.80"}
_FIELDS = (
    ("ID", "id"), ("UUID", "uuid"), ("Source Node", "source_node"), ("Dest Node", "dest_node"),
    ("Source Compute", "source_compute"), ("Dest Compute", "dest_compute"), ("Dest Host", "dest_host"),
    ("Status", "status"), ("Server UUID", "instance_uuid"), ("Old Flavor", "old_instance_type_id"),
    ("New Flavor", "new_instance_type_id"), ("Type", "migration_type"), ("Created At", "created_at"),
    ("Updated At", "updated_at"))


def _get(key):
    return lambda move: move.get(key)


class ListServerMigrations(CloudLister):
    """List moves of servers, newest first (admin)"""

    examples = ("server migration list", "server migration list --server web1 --status finished")
    columns = tuple((title, _get(key)) for title, key in _FIELDS)

    def add_arguments(self, parser):
        parser.add_argument("--server", help="of this server (name or id)")
        parser.add_argument("--host", help="from or to this host")
        parser.add_argument("--status", help="in this status, for example finished")
        parser.add_argument("--type", choices=("migration", "resize", "live-migration", "evacuation"))
        parser.add_argument("--limit", type=int, help="at most so many (compute API 2.59)")
        parser.add_argument("--marker", metavar="MIGRATION", help="begin after this one (uuid; compute API 2.59)")
        parser.add_argument("--changes-since", metavar="TIME", help="changed then or after (compute API 2.59)")
        parser.add_argument("--changes-before", metavar="TIME", help="changed then or before (compute API 2.66)")
        parser.add_argument("--project", help="of this project, by id (compute API 2.80)")
        parser.add_argument("--user", help="of this user, by id (compute API 2.80)")

    def take_action(self, args):
        query = {"host": args.host, "status": args.status, "migration_type": args.type, "limit": args.limit,
                 "marker": args.marker, "changes-since": args.changes_since, "changes-before": args.changes_before,
                 "project_id": args.project, "user_id": args.user,
                 "instance_uuid": lookup.server(self.cloud, args.server).id if args.server else None}
        asked = {key: value for key, value in query.items() if value is not None}
        version = microversion(self.cloud.compute, _CEILING) if _SINCE.keys() & asked.keys() else None
        for key in _SINCE.keys() & asked.keys():
            if not at_least(version, _SINCE[key]):
                raise CommandError(f"--{key.removesuffix('_id')} needs compute API {_SINCE[key]} or newer")
        return self.table(self.ask("GET", _PATH, _CEILING, params=asked)["migrations"])


class ShowServerMigration(CloudShow):
    """Show a live migration of a server that goes on (admin)"""

    examples = ("server migration show web1 12",)
    fields = tuple((key, _get(key)) for key in (
        "id", "uuid", "server_uuid", "status", "source_compute", "source_node", "dest_compute", "dest_node",
        "dest_host", "memory_total_bytes", "memory_processed_bytes", "memory_remaining_bytes", "disk_total_bytes",
        "disk_processed_bytes", "disk_remaining_bytes", "created_at", "updated_at"))

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("migration", help="id")

    def take_action(self, args):
        server = lookup.server(self.cloud, args.server)
        return self.one(self.ask("GET", f"/servers/{server.id}/migrations/{args.migration}", _CEILING)["migration"])


class _OfLiveMigration(CloudCommand):
    since = ""                   # the microversion that first had it

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("migration", help="id")

    def take_action(self, args):
        if not at_least(microversion(self.cloud.compute, self.since), self.since):
            raise CommandError(f"{self.cmd_name} needs compute API {self.since} or newer")
        self.act(f"/servers/{lookup.server(self.cloud, args.server).id}/migrations/{args.migration}")

    def act(self, path: str) -> None:
        raise NotImplementedError


class AbortServerMigration(_OfLiveMigration):
    """Call off a live migration of a server that goes on (admin)"""

    examples = ("server migration abort web1 12",)
    since = "2.24"

    def act(self, path):
        self.ask("DELETE", path, self.since)


class ForceCompleteServerMigration(_OfLiveMigration):
    """Have a live migration of a server end, whatever that costs the guest (admin)"""

    examples = ("server migration force complete web1 12",)
    since = "2.22"

    def act(self, path):
        self.ask("POST", f"{path}/action", self.since, json={"force_complete": None})
