"""``quota show``, ``quota set``: the quotas of a project."""
from nova_lite.cli.command import CloudCommand, CloudLister
from nova_lite.cli.errors import CommandError

_NAMES = ("instances", "cores", "ram", "key_pairs", "metadata_items", "server_groups", "server_group_members",
          "injected_files", "injected_file_content_bytes", "injected_file_path_bytes")


def _project_id(cloud, given: str | None) -> str:
    project = given or cloud.current_project_id
    if not project:
        raise CommandError("Which project? Give its id")
    return project


class ShowQuota(CloudLister):
    """Show the quotas of a project; -1 is unlimited"""

    examples = ("quota show", "quota show 5f0e1c2d3b4a49588776655443322110 --usage", "quota show --default")

    def add_arguments(self, parser):
        parser.add_argument("project", nargs="?", help="project id (default: your own)")
        parser.add_argument("--usage", action="store_true", help="also what is in use")
        parser.add_argument("--default", action="store_true", help="what a project has that nobody changed")

    def take_action(self, args):
        compute, project = self.cloud.compute, _project_id(self.cloud, args.project)
        if args.default:
            quota = compute.get_quota_set_defaults(project)
        else:
            quota = compute.get_quota_set(project, usage=args.usage)
        usage = quota.usage or {}
        rows = [(name, getattr(quota, name), usage.get(name)) for name in _NAMES if getattr(quota, name) is not None]
        if args.usage:
            return ["Resource", "Limit", "In Use"], rows
        return ["Resource", "Limit"], [row[:2] for row in rows]


class SetQuota(CloudCommand):
    """Change the quotas of a project (admin)"""

    examples = ("quota set 5f0e1c2d3b4a49588776655443322110 --instances 50 --cores 100 --ram -1",)

    def add_arguments(self, parser):
        parser.add_argument("project", help="project id")
        for name in _NAMES:
            parser.add_argument("--" + name.replace("_", "-"), dest=name, type=int, metavar="N",
                                help="-1: unlimited")
        parser.add_argument("--force", action="store_true", help="even below what is in use")

    def take_action(self, args):
        wanted = {name: getattr(args, name) for name in _NAMES if getattr(args, name) is not None}
        if not wanted:
            raise CommandError("Nothing to set: give for example --instances 20")
        self.cloud.compute.update_quota_set(args.project, **wanted, **({"force": True} if args.force else {}))
