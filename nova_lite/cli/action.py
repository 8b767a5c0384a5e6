"""``action list``, ``action show``, also as ``server event``: Nova's record of what was, and is, done to a server."""
import functools

from nova_lite.cli import lookup
from nova_lite.cli.command import CloudLister, CloudShow
from nova_lite.cli.connection import at_least, microversion
from nova_lite.cli.errors import CommandError

# What asks for a part of the list, since a later microversion.
_SINCE = {"limit": "2.58", "marker": "2.58", "changes_since": "2.58", "changes_before": "2.66"}


def _field(key, item: dict):
    """Hosts are told to administrators only."""
    return item.get(key)


class ListActions(CloudLister):
    """List the actions of a server, the newest first (also of a deleted one, by id)

    With --open: what is being done just now, to a server or (for administrators, without one) to all, the oldest
    first: at which step, by which host, by which delivery of the step (attempt), for how many seconds, and when the
    step is sent again unless somebody reports on it (deadline, UTC)."""

    examples = ("action list web1", "action list --open", "action list --open web1")
    columns = (("Request ID", "request_id"), ("Action", "action"), ("Start Time", "start_time"),
               ("Message", "message"), ("User ID", "user_id"))
    open_columns = tuple((title, functools.partial(_field, key)) for title, key in (
        ("ID", "id"), ("Server", "server_id"), ("Action", "action"), ("Step", "step"), ("Host", "host"),
        ("Attempt", "attempt"), ("Age", "age"), ("Deadline", "deadline"), ("Request ID", "request_id")))

    def add_arguments(self, parser):
        parser.add_argument("server", nargs="?", help="name or id")
        parser.add_argument("--open", action="store_true", help="what is being done just now")
        parser.add_argument("--limit", type=int, metavar="N", help="at most N (compute API 2.58)")
        parser.add_argument("--marker", metavar="REQUEST", help="begin after this one (compute API 2.58)")
        parser.add_argument("--changes-since", metavar="TIME", help="changed then or after (compute API 2.58)")
        parser.add_argument("--changes-before", metavar="TIME", help="changed then or before (compute API 2.66)")

    def take_action(self, args):
        if args.open:
            return self.table(self._open(args.server), self.open_columns)
        if not args.server:
            raise CommandError("Which server? (Or --open for what is being done to any.)")
        query = {key: getattr(args, key) for key in _SINCE if getattr(args, key) is not None}
        version = microversion(self.cloud.compute, "2.66") if query else None
        for key in query:
            if not at_least(version, _SINCE[key]):
                raise CommandError(f"--{key.replace('_', '-')} needs compute API {_SINCE[key]} or newer")
        if "limit" in query:
            query["paginated"] = False
        return self.table(self.cloud.compute.server_actions(lookup.server_id(self.cloud, args.server), **query))

    def _open(self, server):
        path = f"/servers/{lookup.server_id(self.cloud, server)}/nova-lite-actions" if server else "/nova-lite-actions"
        from openstack import exceptions

        marker = {}
        while True:
            response = self.cloud.compute.get(path, params=marker)
            exceptions.raise_from_response(response)
            body = response.json()
            yield from body["actions"]
            if "links" not in body:
                return
            marker = {"marker": body["actions"][-1]["id"]}


class ListServerEvents(ListActions):
    """List the actions of a server, the newest first: action list by the name that openstack has for it"""

    examples = ("server event list web1", "server event list --open web1")


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


class ShowServerEvent(ShowAction):
    """Show one action and its events: action show by the name that openstack has for it"""

    examples = ("server event show web1 req-2f1c53c8-0d5f-4d1c-8f0e-2f6a6b3d9f11",)
