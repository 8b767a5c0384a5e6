"""Why would a server not be on a host: asked of a scheduler, nothing is ordered."""
from nova_lite.compute.api.base import Orders
from nova_lite.models import Flavor, ImageMeta, Order, RequestSpec
from nova_lite.scheduler.rpcapi import SchedulerAPI


class Explanations(Orders):
    def explain(self, context, flavor: Flavor, image: ImageMeta, *, project_id: str, availability_zone: str | None,
                host: str | None, hints: dict) -> dict:
        """What each of the scheduler's filters would do with such a server; see ``scheduler.explanation``.

        Raises ServiceUnavailable (503) without a scheduler.
        """
        spec = RequestSpec((Order(0, "", "build", "schedule", 0, context.request_id),), flavor, image,
                           project_id=project_id, availability_zone=availability_zone,
                           force_hosts=(host,) if host else (), scheduler_hints=hints)
        return SchedulerAPI().explain(context, spec)
