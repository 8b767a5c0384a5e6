"""``server rescue`` and ``unrescue``."""
from nova_lite.cli import lookup, waiting
from nova_lite.cli.command import CloudShow
from nova_lite.cli.server_actions import Action


class RescueServer(CloudShow):
    """Boot a server from an image, with its own disk attached behind it"""

    examples = ("server rescue --wait web1", "server rescue web1 --image rescue-tools --wait")
    fields = (("id", "id"), ("name", "name"), ("status", "status"))

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("--image", help="name or id of the image to boot from; the server's own when not given")
        parser.add_argument("--password", help="admin password (made up when not given)")
        waiting.add_options(parser, "is RESCUE")

    def take_action(self, args):
        compute, server = self.cloud.compute, lookup.server(self.cloud, args.server)
        asked = {"adminPass": args.password,
                 "rescue_image_ref": lookup.image(self.cloud, args.image).id if args.image else None}
        body = {"rescue": {key: value for key, value in asked.items() if value is not None} or None}
        answer = self.ask("POST", f"/servers/{server.id}/action", "2.100", json=body)
        if args.wait:
            progress = waiting.Progress(self.app.stderr, quiet=not self.app.options.verbose_level)
            waiting.Waiter(compute, progress, args.timeout).status(server.id, "RESCUE", was=server.status)
        names, values = self.one(compute.get_server(server.id))
        password = answer.get("adminPass")
        return (names + ["admin_password"], values + [password]) if password else (names, values)


class UnrescueServer(Action):
    """Boot rescued servers from their own disks again"""

    examples = ("server unrescue --wait web1",)
    wanted = "ACTIVE"

    def act(self, compute, server, args):
        compute.unrescue_server(server)
