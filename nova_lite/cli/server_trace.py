"""``server trace``: every hop of every action of a server."""
import json

from nova_lite.cli import lookup, timeline
from nova_lite.cli.command import CloudCommand
from nova_lite.cli.errors import CommandError


class TraceServer(CloudCommand):
    """Show how a server's actions went through the services, hop by hop

    One line a hop: milliseconds since the action began, milliseconds it took, what was called (indented under
    its caller; cast or call when it came as a message), and the function.  Lines beginning with * are changes of
    state, with ! failures.  A deleted server is shown too, by its id."""

    examples = ("server trace web1", "server trace web1 --request-id req-2f1c53c8-0d5f-4d1c-8f0e-2f6a6b3d9f11",
                "server trace web1 -f json")

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("--request-id", metavar="ID", help="only the action of this request")
        parser.add_argument("-f", "--format", choices=("timeline", "json"), default="timeline", help="default timeline")

    def take_action(self, args):
        from openstack import exceptions

        server_id = lookup.server_id(self.cloud, args.server)
        response = self.cloud.compute.get(f"/servers/{server_id}/nova-lite-trace")
        exceptions.raise_from_response(response)
        actions = response.json()["actions"]
        if args.request_id:
            actions = [action for action in actions if action["request_id"] == args.request_id]
        if not actions:
            wanted = f" {args.request_id}" if args.request_id else ""
            raise CommandError(f"Server {args.server} has no action{wanted}. See: nova-lite action list {args.server}")
        if args.format == "json":
            self.app.stdout.write(json.dumps({"actions": actions}, indent=2) + "\n")
        else:
            self.app.stdout.write("\n".join(timeline.render(actions)) + "\n")
