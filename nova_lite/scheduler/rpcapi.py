"""What the scheduler can be asked (topic ``scheduler``)."""
from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.models import Event, RequestSpec, Selection
from nova_lite.rpc import Client


class SchedulerAPI(Client):
    topic = "scheduler"

    def select_destinations(self, context, spec: RequestSpec, depth: int) -> tuple[list[Selection], list[Event]]:
        """Choose and claim a host for each order of ``spec``.

        Orders that are no longer current have no Selection.  Raises ServiceUnavailable, NoValidHost (its ``silent``:
        there would be a host, had it been heard of lately).
        """
        answer = self.call(context, "select_destinations", timeout=CONF.workflow.select_timeout,
                           spec_obj=spec.to_dict(), depth=depth)
        events = [Event.from_dict(e) for e in answer["events"]]
        if answer["no_valid_host"] is not None:
            error = exceptions.NoValidHost(reason=answer["no_valid_host"], counts=answer["counts"])
            error.events, error.silent = events, answer["silent"]
            raise error
        return [Selection.from_dict(s) for s in answer["selections"]], events

    def explain(self, context, spec: RequestSpec) -> dict:
        """What each filter does with such a request; nothing is claimed.  Raises ServiceUnavailable."""
        return self.call(context, "explain", timeout=CONF.workflow.select_timeout, spec_obj=spec.to_dict())
