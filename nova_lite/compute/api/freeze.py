"""Pause, unpause, suspend, resume."""
from nova_lite.compute.api.base import Orders
from nova_lite.models import Instance


class FreezeActions(Orders):
    def pause(self, context, instance: Instance) -> None:
        self._order(context, instance, "pause", "pause", "pause_instance", method="pause")

    def unpause(self, context, instance: Instance) -> None:
        self._order(context, instance, "unpause", "unpause", "unpause_instance", method="unpause")

    def suspend(self, context, instance: Instance) -> None:
        self._order(context, instance, "suspend", "suspend", "suspend_instance", method="suspend")

    def resume(self, context, instance: Instance) -> None:
        self._order(context, instance, "resume", "resume", "resume_instance", method="resume")
