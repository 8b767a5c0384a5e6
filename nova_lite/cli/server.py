"""``server list``, ``show``, ``delete``, ``set``, ``unset``."""
import getpass
import urllib.parse

from nova_lite.cli import columns, lookup, server_filters, waiting
from nova_lite.cli.command import CloudCommand, CloudLister, CloudShow
from nova_lite.cli.connection import at_least, microversion
from nova_lite.cli.errors import CommandError


def flavor_name(server, names=None) -> str:
    """The flavor's name: in the body from 2.47; before that looked up in ``names`` (id -> name)."""
    flavor = server.flavor
    if not flavor:
        return ""
    return flavor.original_name or (names or {}).get(flavor.id, flavor.id)


def image_name(server, names=None) -> str:
    """The image's name if ``names`` (id -> name) has it, else its id; empty for a server without one."""
    image = server.image
    if not image or not image.id:
        return ""
    return (names or {}).get(image.id) or image.id


_NARROW = (("ID", "id"), ("Name", "name"), ("Status", "status"), ("Networks", "addresses", columns.Addresses))


class ListServers(CloudLister):
    """List servers"""

    examples = ("server list", "server list --long --status ACTIVE", "server list -f value -c ID --name '^web'",
                "server list --flavor m1.tiny --not-tags production --no-name-lookup")

    def add_arguments(self, parser):
        parser.add_argument("--long", action="store_true", help="more columns: task, power, zone, host, created")
        parser.add_argument("--all-projects", action="store_true", help="servers of all projects (admin)")
        parser.add_argument("--name", metavar="REGEX", help="only names that this regular expression finds")
        parser.add_argument("--status", help="only this status, for example ACTIVE")
        parser.add_argument("--host", metavar="HOST", dest="on_host", help="only servers on this host (admin)")
        parser.add_argument("--deleted", action="store_true", help="only servers that are deleted (admin)")
        parser.add_argument("--limit", type=int, metavar="N", help="at most N servers")
        parser.add_argument("--marker", metavar="SERVER", help="begin after this server (id)")
        parser.add_argument("--no-name-lookup", "-n", action="store_true",
                            help="do not ask for the names of images and flavors")
        server_filters.add_options(parser)

    def take_action(self, args):
        query = {"name": args.name, "status": args.status and args.status.upper(), "compute_host": args.on_host,
                 "marker": args.marker, "all_projects": True if args.all_projects else None,
                 "deleted_only": True if args.deleted else None}
        query = {key: value for key, value in query.items() if value is not None} | server_filters.query(self, args)
        if args.limit is not None:
            if args.limit < 1:
                raise CommandError("--limit must be 1 or more")
            query |= {"limit": args.limit, "paginated": False}
        servers = list(self.cloud.compute.servers(details=True, **query))
        return self.table(servers, self._columns(args, servers))

    def _columns(self, args, servers):
        flavors, images = ({}, {}) if args.no_name_lookup else (self._flavors(servers), self._images(servers))
        named = (("Image", lambda s: image_name(s, images)), ("Flavor", lambda s: flavor_name(s, flavors)))
        if not args.long:
            return _NARROW + named
        project = (("Project", "project_id"),) if args.all_projects else ()
        return (*_NARROW[:3], ("Task State", "task_state"), ("Power State", "power_state", columns.Power), _NARROW[3],
                *named, ("Availability Zone", "availability_zone"), ("Host", "compute_host"),
                ("Key Name", "key_name"), ("Created", "created_at"),
                ("Properties", "metadata", columns.Pairs), *project)

    def _flavors(self, servers):
        if all(server.flavor is None or server.flavor.original_name for server in servers):
            return {}
        return {flavor.id: flavor.name for flavor in self.cloud.compute.flavors(is_public=None)}

    def _images(self, servers):
        """Names of images; the list is worth more than they are, so an image service that fails is no error."""
        if not any(image_name(server) for server in servers):
            return {}
        try:
            return {image.id: image.name for image in self.cloud.image.images()}
        except Exception as exc:
            self.app.LOG.info("image names are not known: %s", exc)
            return {}


class ShowServer(CloudShow):
    """Show one server"""

    examples = ("server show web1", "server show web1 -f json", "server show web1 -f value -c status",
                "server show --diagnostics web1")
    fields = (
        ("id", "id"), ("name", "name"), ("description", "description"), ("status", "status"), ("vm_state", "vm_state"),
        ("task_state", "task_state"), ("power_state", "power_state", columns.Power),
        ("fault", lambda s: (s.fault or {}).get("message")), ("addresses", "addresses", columns.Addresses),
        ("flavor", "flavor"), ("image", "image"), ("key_name", "key_name"), ("config_drive", "config_drive"),
        ("properties", "metadata", columns.Pairs), ("tags", "tags", columns.Words),
        ("security_groups", lambda s: [g.get("name") for g in s.security_groups or ()], columns.Words),
        ("locked", "is_locked"), ("availability_zone", "availability_zone"), ("host", "compute_host"),
        ("hypervisor_hostname", "hypervisor_hostname"), ("instance_name", "instance_name"), ("host_id", "host_id"),
        ("project_id", "project_id"), ("user_id", "user_id"), ("created", "created_at"), ("updated", "updated_at"),
        ("launched_at", "launched_at"),
    )

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--diagnostics", action="store_true", help="what its host measures of the guest (admin)")
        what.add_argument("--topology", action="store_true", help="its NUMA topology (compute API 2.78)")

    def take_action(self, args):
        for what, needed in (("diagnostics", "2.1"), ("topology", "2.78")):
            if getattr(args, what):
                return self._other(args.server, what, needed)
        return show(self, lookup.server(self.cloud, args.server))

    def _other(self, server, what, needed):
        if not at_least(microversion(self.cloud.compute, "2.100"), needed):
            raise CommandError(f"--{what} needs compute API {needed} or newer")
        found = self.ask("GET", f"/servers/{lookup.server_id(self.cloud, server)}/{what}", "2.100")
        return list(found), list(found.values())


def show(command: CloudShow, server):
    """What ``server show`` prints, also for the commands that make one."""
    names = {"flavor": lambda s: _named(flavor_name(s), command.cloud.compute.get_flavor),
             "image": lambda s: _named(image_name(s), command.cloud.image.get_image)}
    return command.one(server, [(field[0], names[field[0]]) if field[0] in names else field
                                for field in ShowServer.fields])


def _named(text: str, get) -> str:
    """``NAME (ID)`` when ``text`` is the id of something that can be looked up; else as it is."""
    try:
        thing = get(text) if text else None
    except Exception:                     # gone since, not ours to see, or a name already: the server is shown anyway
        thing = None
    return f"{thing.name} ({text})" if thing is not None and thing.name and thing.name != text else text


class DeleteServer(CloudCommand):
    """Delete servers, in whatever state they are"""

    examples = ("server delete web1", "server delete --wait web1 web2 web3", "server delete --force web1")

    def add_arguments(self, parser):
        parser.add_argument("servers", nargs="+", metavar="server", help="name or id")
        parser.add_argument("--force", action="store_true", help="at once, also where deleted servers are kept a while")
        parser.add_argument("--all-projects", action="store_true", help="look for names in all projects (admin)")
        waiting.add_options(parser, "is gone")

    def take_action(self, args):
        ids, failed = {}, []
        for name in args.servers:
            try:
                ids[name] = lookup.server_id(self.cloud, name, all_projects=args.all_projects)
                self.cloud.compute.delete_server(ids[name], ignore_missing=False, force=args.force)
            except Exception as exc:                     # the others are deleted all the same
                failed.append(one_line(exc, name))
                ids.pop(name, None)
        waiter = waiting.Waiter(self.cloud.compute, self.progress(), args.timeout)
        for name, server_id in ids.items() if args.wait else ():
            try:
                waiter.gone(server_id)
            except CommandError as exc:
                failed.append(one_line(exc, name))
        if failed:
            raise CommandError("\n".join(failed))

    def progress(self):
        return waiting.Progress(self.app.stderr, quiet=not self.app.options.verbose_level)


def one_line(exc: Exception, name: str) -> str:
    """An error of one of several servers, with its name; a bug is raised as it is."""
    from nova_lite.cli import errors

    text = errors.explain(exc)
    if text is None:
        raise exc
    return text if name in text else f"{name}: {text}"


def pair(text: str) -> tuple[str, str]:
    """argparse type of KEY=VALUE."""
    import argparse

    key, found, value = text.partition("=")
    if not found or not key:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key, value


class SetServer(CloudCommand):
    """Change the name, description, properties, tags or (admins) the state of a server"""

    examples = ("server set web1 --name www", "server set web1 --property role=front --property tier=1",
                "server set web1 --tag blue", "server set web1 --state error",
                "server set web1 --root-password")

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("--name", help="new name")
        parser.add_argument("--description", help="new description")
        parser.add_argument("--hostname", help="new hostname, as its guest may ask for it (compute API 2.90)")
        parser.add_argument("--pinned-availability-zone", metavar="ZONE",
                            help="pin it to the zone that it is in (compute API 2.104)")
        parser.add_argument("--property", type=pair, action="append", default=[], metavar="KEY=VALUE",
                            help="metadata item to set; may be repeated")
        parser.add_argument("--tag", action="append", default=[], help="tag to add (compute API 2.26); may be repeated")
        parser.add_argument("--state", choices=("active", "error"),
                            help="say that it is in this state, whatever goes on (admin)")
        parser.add_argument("--auto-approve", action="store_true",
                            help="for scripts of the openstack client, which asks before --state; nobody is asked here")
        password = parser.add_mutually_exclusive_group()
        password.add_argument("--password", help="the guest's administrator has this password from now on, if it has "
                                                 "an agent to tell")
        password.add_argument("--root-password", action="store_true", help="the same, asking for the password")
        password.add_argument("--no-password", action="store_true",
                              help="forget the password that the guest has told; the guest itself keeps it")

    def take_action(self, args):
        body = {key: getattr(args, key) for key in ("name", *_SINCE) if getattr(args, key) is not None}
        if not (body or args.property or args.tag or args.state or args.password or args.root_password
                or args.no_password):
            raise CommandError("Nothing to set: see nova-lite help server set")
        compute = self.cloud.compute
        server_id = lookup.server_id(self.cloud, args.server)
        password = _typed_password() if args.root_password else args.password
        _update(self, server_id, body)
        if args.property:
            compute.set_server_metadata(server_id, **dict(args.property))
        _tags(self, "PUT", server_id, args.tag)
        if args.state:
            compute.reset_server_state(server_id, args.state)
        if password:
            compute.change_server_password(server_id, password)
        elif args.no_password:
            self.ask("DELETE", f"/servers/{server_id}/os-server-password", "2.1")


def _typed_password() -> str:
    password = getpass.getpass("New password: ")
    if getpass.getpass("Retype new password: ") != password:
        raise CommandError("The passwords are not the same; nothing is changed")
    if not password:
        raise CommandError("No password was typed; nothing is changed")
    return password


# What PUT of a server takes since a later microversion.
_SINCE = {"description": "2.19", "hostname": "2.90", "pinned_availability_zone": "2.104"}


def _update(command: CloudCommand, server_id: str, body: dict) -> None:
    """Raises CommandError for what the API is too old for."""
    version = microversion(command.cloud.compute, "2.104") if _SINCE.keys() & body.keys() else None
    for key in _SINCE.keys() & body.keys():
        if not at_least(version, _SINCE[key]):
            raise CommandError(f"--{key.replace('_', '-')} needs compute API {_SINCE[key]} or newer")
    if body:
        command.ask("PUT", f"/servers/{server_id}", "2.104", json={"server": body})


def _tags(command: CloudCommand, method: str, server_id: str, tags) -> None:
    for tag in tags:
        command.ask(method, f"/servers/{server_id}/tags/{urllib.parse.quote(tag, safe='')}", "2.100")


class UnsetServer(CloudCommand):
    """Remove properties, tags, the description or the pinned zone of a server"""

    examples = ("server unset web1 --property role", "server unset web1 --all-tags --description")

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("--property", action="append", default=[], metavar="KEY",
                            help="metadata item to remove; may be repeated")
        parser.add_argument("--all-properties", action="store_true", help="remove all metadata items")
        parser.add_argument("--tag", action="append", default=[], help="tag to remove; may be repeated")
        parser.add_argument("--all-tags", action="store_true", help="remove all tags")
        parser.add_argument("--description", action="store_true", help="remove the description")
        parser.add_argument("--pinned-availability-zone", action="store_true",
                            help="let it move to any zone (compute API 2.104)")

    def take_action(self, args):
        body = {key: None for key in ("description", "pinned_availability_zone") if getattr(args, key)}
        if not (body or args.property or args.all_properties or args.tag or args.all_tags):
            raise CommandError("Nothing to unset: see nova-lite help server unset")
        server_id = lookup.server_id(self.cloud, args.server)
        _update(self, server_id, body)
        if args.all_properties:
            self.ask("PUT", f"/servers/{server_id}/metadata", "2.1", json={"metadata": {}})
        elif args.property:
            self.cloud.compute.delete_server_metadata(server_id, args.property)
        if args.all_tags:
            self.ask("DELETE", f"/servers/{server_id}/tags", "2.100")
        else:
            _tags(self, "DELETE", server_id, args.tag)
