"""What conductors can be asked: to run orders (topic ``conductor``), and to take what hosts tell (``reports``) and that
they live (``heartbeats``).

Each topic has threads of its own in every conductor: an order may wait for a scheduler, and however many do, no
heartbeat and no report waits behind them.  A heartbeat may be lost, so that it costs little: see ``rpc.bulk``.
"""
from nova_lite.conf import CONF
from nova_lite.models import Guest, HostResources, Order, Report
from nova_lite.models.host import Share
from nova_lite.rpc import Client


class ConductorAPI(Client):
    topic = "conductor"

    def build_instances(self, context, orders: list[Order], events=()) -> None:
        """New build orders of one request are in the database."""
        self.cast(context, "build_instances", orders=[o.to_dict() for o in orders],
                  events=[e.to_dict() for e in events])

    def run_order(self, context, order: Order, events=()) -> None:
        """An order whose current step is the conductor's is in the database."""
        self.cast(context, "run_order", order=order.to_dict(), events=[e.to_dict() for e in events])


class HeartbeatsAPI(Client):
    topic = "heartbeats"

    def heartbeat(self, context, host: str, orders: list[Order], metrics: dict[str, float]) -> bool:
        return self.cast(context, "heartbeat", host=host, orders=[o.to_dict() for o in orders], metrics=metrics)


class ReportsAPI(Client):
    """Used by compute hosts."""

    topic = "reports"

    def __init__(self):
        super().__init__()
        self.heartbeats = HeartbeatsAPI()

    def report(self, context, report: Report) -> bool:
        """A host has finished a step; False when the message could not be sent."""
        return self.cast(context, "report", report=report.to_dict())

    def is_current(self, context, order: Order) -> bool:
        """Whether a delivery is still the current one of its order."""
        return self.call(context, "is_current", timeout=CONF.workflow.select_timeout, order=order.to_dict())

    def progress(self, context, order: Order, event: str) -> None:
        """A host has come to the state ``event`` within a step."""
        self.cast(context, "progress", order=order.to_dict(), event=event)

    def heartbeat(self, context, host: str, orders: list[Order], metrics: dict[str, float]) -> bool:
        """A compute host lives, works on these orders and measures this; False when the message could not be sent."""
        return self.heartbeats.heartbeat(context, host, orders, metrics)

    def confirm_heartbeat(self, context, host: str, orders: list[Order], metrics: dict[str, float]) -> None:
        """The same of a host that fences itself: it is in the database when this returns."""
        self.call(context, "confirm_heartbeat", timeout=min(CONF.workflow.select_timeout, CONF.compute.fence_after),
                  host=host, orders=[o.to_dict() for o in orders], metrics=metrics)

    def withdraw_fence(self, context, host: str) -> None:
        """The host's service stops in order and its guests go on: it does not fence itself from now on."""
        self.call(context, "withdraw_fence", timeout=CONF.workflow.select_timeout, host=host)

    def guest_event(self, context, host: str, instance_uuid: str, power_state: int, reason: str) -> None:
        """A guest's power state changed without an order."""
        self.cast(context, "guest_event", host=host, instance_uuid=instance_uuid, power_state=power_state,
                  reason=reason)

    def host_limits(self, context, host: str) -> dict[str, int]:
        """What may be claimed of a host: {"vcpus", "memory_mb", "local_gb"}; {} when it is not known."""
        return self.call(context, "host_limits", timeout=CONF.workflow.select_timeout, host=host)

    def sync_host(self, context, host: str, resources: HostResources, shares: dict[str, Share], guests: list[Guest],
                  fence_after: int) -> dict:
        """A compute service starts.  Returns {"instances": [Instance dicts that belong to the host],
        "left_behind": [uuids of open moves from it, whose old disks it keeps]}.

        ``fence_after``: seconds without a confirmed heartbeat after which the host stops its guests; 0: it does not.
        """
        return self.call(context, "sync_host", timeout=CONF.workflow.select_timeout, host=host,
                         resources=resources.to_dict(), shares=shares, guests=[g.to_dict() for g in guests],
                         fence_after=fence_after)

    def host_instances(self, context, host: str, resources: HostResources, shares: dict[str, Share],
                       fence_after: int) -> dict:
        """A running compute service compares: like ``sync_host``, but nothing is sent again."""
        return self.call(context, "host_instances", timeout=CONF.workflow.select_timeout, host=host,
                         resources=resources.to_dict(), shares=shares, fence_after=fence_after)
