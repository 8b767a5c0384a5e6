"""``server image create``, ``server backup create``: a server's disk becomes an image."""
from nova_lite.cli import lookup, waiting
from nova_lite.cli.command import CloudShow
from nova_lite.cli.errors import CommandError
from nova_lite.cli.image import IMAGE_FIELDS
from nova_lite.cli.server import pair


class _MakeImage(CloudShow):
    """Orders ``make`` of the server, then shows the image."""

    fields = IMAGE_FIELDS

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("--name", help="the image's (default: the server's)")
        self.add_options(parser)
        waiting.add_options(parser, "has its image")

    def add_options(self, parser) -> None:
        raise NotImplementedError

    def make(self, server, name: str, args) -> str:
        """The image's id."""
        raise NotImplementedError

    def take_action(self, args):
        server = lookup.server(self.cloud, args.server)
        image_id = self.make(server, args.name or server.name, args)
        if args.wait:
            progress = waiting.Progress(self.app.stderr, quiet=not self.app.options.verbose_level)
            waiting.Waiter(self.cloud.compute, progress, args.timeout).status(server.id, server.status,
                                                                              was=server.status)
        image = self.cloud.image.find_image(image_id, ignore_missing=True)
        if image is None or args.wait and image.status != "active":
            raise CommandError(f"The image of server {server.name} was not made. "
                               f"See: nova-lite server trace {server.id}")
        return self.one(image)


class CreateServerImage(_MakeImage):
    """Make an image of a server's disk; the server goes on meanwhile"""

    examples = ("server image create web1", "server image create --name before-upgrade --wait web1")

    def add_options(self, parser):
        parser.add_argument("--property", type=pair, action="append", default=[], metavar="KEY=VALUE",
                            help="image property; may be repeated")

    def make(self, server, name, args):
        return server.create_image(self.cloud.compute, name, dict(args.property) or None)


class CreateServerBackup(_MakeImage):
    """Make an image of a server's disk, and delete the oldest ones of its type"""

    examples = ("server backup create --type daily --rotate 7 web1",)

    def add_options(self, parser):
        parser.add_argument("--type", default="", help="as daily or weekly: each type is rotated by itself")
        parser.add_argument("--rotate", type=int, default=1, metavar="COUNT", help="how many stay (default 1)")

    def make(self, server, name, args):
        if args.rotate < 1:
            raise CommandError("--rotate: at least one backup must stay")
        return server.backup(self.cloud.compute, name, args.type, args.rotate)
