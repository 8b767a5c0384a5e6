"""``usage list``, ``show``: what servers have used, in hours times their sizes."""
import datetime

from nova_lite.cli.command import CloudLister, CloudShow

_PATH, _CEILING = "/os-simple-tenant-usage", "2.39"
_SUMS = (("CPU Hours", "total_vcpus_usage"), ("RAM MiB-Hours", "total_memory_mb_usage"),
         ("Disk GiB-Hours", "total_local_gb_usage"), ("Hours", "total_hours"))


def _number(key: str):
    return lambda usage: round(usage.get(key, 0.0), 2)


def _add_period(parser) -> None:
    parser.add_argument("--start", metavar="DATE", help="first day, YYYY-MM-DD (default: four weeks ago)")
    parser.add_argument("--end", metavar="DATE", help="day after the last one (default: tomorrow)")


def _period(args) -> str:
    today = datetime.datetime.now(datetime.UTC).date()
    start = args.start or (today - datetime.timedelta(weeks=4)).isoformat()
    return f"start={start}T00:00:00&end={args.end or (today + datetime.timedelta(days=1)).isoformat()}T00:00:00"


class ListUsage(CloudLister):
    """List what each project's servers have used (admin)"""

    examples = ("usage list", "usage list --start 2026-01-01 --end 2026-02-01 -f csv")
    columns = (("Project", lambda usage: usage["tenant_id"]), ("Servers", lambda usage: len(usage["server_usages"])),
               *((title, _number(key)) for title, key in _SUMS))

    def add_arguments(self, parser):
        _add_period(parser)

    def take_action(self, args):
        return self.table(self.ask("GET", f"{_PATH}?detailed=1&{_period(args)}", _CEILING)["tenant_usages"])


class ShowUsage(CloudShow):
    """Show what one project's servers have used"""

    examples = ("usage show", "usage show --project 6d2d46a83a1b4d518f3d0f6f0c3c0a01 --start 2026-01-01")
    fields = (("project", lambda usage: usage.get("tenant_id")),
              ("servers", lambda usage: len(usage.get("server_usages", ()))),
              *((title.lower().replace(" ", "_").replace("-", "_"), _number(key)) for title, key in _SUMS))

    def add_arguments(self, parser):
        _add_period(parser)
        parser.add_argument("--project", metavar="ID", help="default: yours")

    def take_action(self, args):
        project = args.project or self.cloud.current_project_id
        usage = self.ask("GET", f"{_PATH}/{project}?{_period(args)}", _CEILING)["tenant_usage"]
        return self.one({"tenant_id": project, **usage})
