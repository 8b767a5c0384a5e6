"""``action list``, ``action show``: Nova's record of what was done to a server."""
from nova_lite.cli import lookup
from nova_lite.cli.command import CloudLister, CloudShow
from nova_lite.cli.errors import CommandError


class ListActions(CloudLister):
    """List the actions of a server, the newest first (also of a deleted one, by id)"""

    examples = ("action list web1",)
    columns = (("Request ID", "request_id"), ("Action", "action"), ("Start Time", "start_time"),
               ("Message", "message"), ("User ID", "user_id"))

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")

    def take_action(self, args):
        return self.table(self.cloud.compute.server_actions(lookup.server_id(self.cloud, args.server)))


def _events(action) -> str:
    return "\n".join(f"{event.event}: {event.result or 'running'} ({event.start_time} - {event.finish_time or ''})"
                     for event in action.events or ())


class ShowAction(CloudShow):
    """Show one action and its events"""

    examples = ("action show web1 req-2f1c53c8-0d5f-4d1c-8f0e-2f6a6b3d9f11",)
    fields = (("action", "action"), ("request_id", "request_id"), ("start_time", "start_time"), ("message", "message"),
              ("project_id", "project_id"), ("user_id", "user_id"), ("events", _events))

    def add_arguments(self, parser):
        parser.add_argument("server", help="name or id")
        parser.add_argument("request_id", help="request id of the action, as action list shows it")

    def take_action(self, args):
        server_id = lookup.server_id(self.cloud, args.server)
        from openstack import exceptions

        try:
            found = self.cloud.compute.get_server_action(args.request_id, server_id)
        except exceptions.NotFoundException as exc:
            raise CommandError(f"Server {args.server} has no action {args.request_id}. "
                               f"See: nova-lite action list {args.server}") from exc
        return self.one(found)
