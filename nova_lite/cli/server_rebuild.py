"""``server rebuild``: another guest for the same server."""
from nova_lite.cli import lookup, waiting
from nova_lite.cli.command import CloudShow
from nova_lite.cli.connection import at_least, microversion
from nova_lite.cli.errors import CommandError
from nova_lite.cli.server import pair, show
from nova_lite.cli.server_create import read_user_data

_CEILING = "2.100"         # the newest rebuild body that this module knows


class RebuildServer(CloudShow):
    """Make a server's guest anew, of its image or another; its id and addresses stay, what was on its disks does not"""

    examples = ("server rebuild --wait web1", "server rebuild web1 --image lite-guest --name web1-new --wait",
                "server rebuild web1 --key-name other --user-data setup.sh")

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("--image", help="name or id; the server's own when not given")
        parser.add_argument("--name", help="new name")
        parser.add_argument("--password", help="admin password (made up when not given)")
        parser.add_argument("--property", type=pair, action="append", default=[], metavar="KEY=VALUE",
                            help="metadata item; may be repeated. Those that it has go")
        parser.add_argument("--description", help="new description (compute API 2.19)")
        keys = parser.add_mutually_exclusive_group()
        keys.add_argument("--key-name", metavar="KEY", help="another key pair (compute API 2.54)")
        keys.add_argument("--no-key-name", "--key-unset", action="store_true", help="no key pair (compute API 2.54)")
        parser.add_argument("--hostname", help="new hostname (compute API 2.90)")
        preserve = parser.add_mutually_exclusive_group()
        preserve.add_argument("--preserve-ephemeral", action="store_const", const=True,
                              help="keep its ephemeral disks, where the host can do that")
        preserve.add_argument("--no-preserve-ephemeral", action="store_const", const=False, dest="preserve_ephemeral",
                              help="do not (the default)")
        certificates = parser.add_mutually_exclusive_group()
        certificates.add_argument("--trusted-image-cert", action="append", metavar="ID",
                                  help="certificate that the image must be signed by (compute API 2.63); may be "
                                       "repeated")
        certificates.add_argument("--no-trusted-image-certs", action="store_true",
                                  help="by none any more (compute API 2.63)")
        data = parser.add_mutually_exclusive_group()
        data.add_argument("--user-data", metavar="FILE", help="other user data (compute API 2.57)")
        data.add_argument("--no-user-data", action="store_true", help="no user data (compute API 2.57)")
        waiting.add_options(parser, "is built, or failed (exit code 1)")

    def body(self, args, server, version: str | None) -> dict:
        """The request's body for API ``version``."""
        for option, given, needed in (("--description", args.description, "2.19"),
                                      ("--key-name, --no-key-name", args.key_name or args.no_key_name, "2.54"),
                                      ("--user-data, --no-user-data", args.user_data or args.no_user_data, "2.57"),
                                      ("--trusted-image-cert, --no-trusted-image-certs",
                                       args.trusted_image_cert or args.no_trusted_image_certs, "2.63"),
                                      ("--hostname", args.hostname, "2.90")):
            if given and not at_least(version, needed):
                raise CommandError(f"{option} needs compute API {needed} or newer")
        image = lookup.image(self.cloud, args.image).id if args.image else server.image.id
        body = {"imageRef": image, "name": args.name, "adminPass": args.password, "description": args.description,
                "metadata": dict(args.property) or None, "key_name": args.key_name, "hostname": args.hostname,
                "preserve_ephemeral": args.preserve_ephemeral, "trusted_image_certificates": args.trusted_image_cert,
                "user_data": read_user_data(args.user_data) if args.user_data else None}
        body = {key: value for key, value in body.items() if value is not None}
        if args.no_trusted_image_certs:
            body["trusted_image_certificates"] = None
        if args.no_key_name:
            body["key_name"] = None
        if args.no_user_data:
            body["user_data"] = None
        return {"rebuild": body}

    def take_action(self, args):
        compute = self.cloud.compute
        server = lookup.server(self.cloud, args.server)
        wanted = "SHUTOFF" if server.status == "SHUTOFF" else "ACTIVE"
        body = self.body(args, server, microversion(compute, _CEILING))
        password = self.ask("POST", f"/servers/{server.id}/action", _CEILING, json=body)["server"].get("adminPass")
        if args.wait:
            progress = waiting.Progress(self.app.stderr, quiet=not self.app.options.verbose_level)
            waiting.Waiter(compute, progress, args.timeout).status(server.id, wanted, was=server.status)
        names, values = show(self, compute.get_server(server.id))
        return (names + ["admin_password"], values + [password]) if password else (names, values)
