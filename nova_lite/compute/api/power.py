"""Start, stop, reboot."""
from nova_lite.compute.api.base import Orders
from nova_lite.models import Instance


class PowerActions(Orders):
    def start(self, context, instance: Instance) -> None:
        self._order(context, instance, "start", "start", "start_instance", method="start")

    def stop(self, context, instance: Instance) -> None:
        self._order(context, instance, "stop", "stop", "stop_instance", method="stop")

    def reboot(self, context, instance: Instance, reboot_type: str) -> None:
        """``reboot_type``: SOFT or HARD."""
        guard = "reboot" if reboot_type == "SOFT" else "reboot_hard"
        self._order(context, instance, guard, "reboot", "reboot_instance", method="reboot", cancels=True,
                    params={"reboot_type": reboot_type})
