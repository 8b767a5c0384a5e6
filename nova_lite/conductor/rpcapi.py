"""What the conductor can be asked (topic ``conductor``)."""
from nova_lite.conf import CONF
from nova_lite.models import Guest, HostResources, Order, Report
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

    def report(self, context, report: Report) -> bool:
        """A host has finished a step; False when the message could not be sent."""
        return self.cast(context, "report", report=report.to_dict())

    def is_current(self, context, order: Order) -> bool:
        """Whether a delivery is still the current one of its order."""
        return self.call(context, "is_current", timeout=CONF.workflow.select_timeout, order=order.to_dict())

    def progress(self, context, order: Order, event: str) -> None:
        """A host has come to the state ``event`` within a step."""
        self.cast(context, "progress", order=order.to_dict(), event=event)

    def heartbeat(self, context, host: str, orders: list[Order]) -> bool:
        """A compute host lives and works on these orders; False when the message could not be sent."""
        return self.cast(context, "heartbeat", host=host, orders=[o.to_dict() for o in orders])

    def guest_event(self, context, host: str, instance_uuid: str, power_state: int, reason: str) -> None:
        """A guest's power state changed without an order."""
        self.cast(context, "guest_event", host=host, instance_uuid=instance_uuid, power_state=power_state,
                  reason=reason)

    def sync_host(self, context, host: str, resources: HostResources, limits: dict, guests: list[Guest]) -> dict:
        """A compute service starts.  Returns {"instances": [Instance dicts that belong to the host]}."""
        return self.call(context, "sync_host", timeout=CONF.workflow.select_timeout, host=host,
                         resources=resources.to_dict(), limits=limits, guests=[g.to_dict() for g in guests])

    def host_instances(self, context, host: str, resources: HostResources, limits: dict) -> dict:
        """A running compute service compares: like ``sync_host``, but nothing is sent again."""
        return self.call(context, "host_instances", timeout=CONF.workflow.select_timeout, host=host,
                         resources=resources.to_dict(), limits=limits)
