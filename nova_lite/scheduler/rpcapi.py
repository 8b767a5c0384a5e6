"""What the scheduler can be asked (topic ``scheduler``)."""
from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.conf.notifications import enabled
from nova_lite.models import Event, RequestSpec, Selection
from nova_lite.rpc import Client
from nova_lite.together import Together, Waiting

MOST = 64                       # servers of one message, unless one request is for more
PATIENCE = 1.0                  # seconds that a request waits for others' answer, before it is asked by itself


class SchedulerAPI(Client):
    topic = "scheduler"

    def __init__(self):
        super().__init__()
        self._together = Together(self._ask, MOST, lambda asked: len(asked[1].orders), PATIENCE)

    def select_destinations(self, context, spec: RequestSpec, depth: int) -> tuple[list[Selection], list[Event]]:
        """Choose and claim a host for each order of ``spec``.  What is asked at the same moment goes in one message.

        Orders that are no longer current have no Selection.  Raises ServiceUnavailable, NoValidHost (its ``silent``:
        there would be a host, had it been heard of lately).
        """
        asked = context, spec, depth
        # What a notification says of who asked is the message's.
        answer = self._ask_all([asked])[0] if enabled(CONF) else self._together.do(asked)
        events = [Event.from_dict(e) for e in answer["events"]]
        if answer["no_valid_host"] is not None:
            error = exceptions.NoValidHost(reason=answer["no_valid_host"], counts=answer["counts"])
            error.events, error.silent = events, answer["silent"]
            raise error
        return [Selection.from_dict(s) for s in answer["selections"]], events

    def _ask(self, batch: list[Waiting]) -> None:
        for one, answer in zip(batch, self._ask_all([one.item for one in batch]), strict=True):
            one.result = answer

    def _ask_all(self, asked: list[tuple]) -> list[dict]:
        return self.call(asked[0][0], "select_destinations", timeout=CONF.workflow.select_timeout, requests=[
            {"spec_obj": spec.to_dict(), "depth": depth} for _context, spec, depth in asked])

    def explain(self, context, spec: RequestSpec) -> dict:
        """What each filter does with such a request; nothing is claimed.  Raises ServiceUnavailable."""
        return self.call(context, "explain", timeout=CONF.workflow.select_timeout, spec_obj=spec.to_dict())
