"""What a compute host can be asked (topic ``compute``, server = the host)."""
import time

from nova_lite.conf import CONF
from nova_lite.models import ConsoleEndpoint, Diagnostics, Event, Instance, Order
from nova_lite.rpc import Client

# The steps that make a guest's config drive.
BUILDS = frozenset(("build_and_run_instance", "rebuild_instance", "rescue_instance", "unshelve_instance"))


class ComputeAPI(Client):
    topic = "compute"

    def step(self, context, order: Order, instance: Instance, events: tuple[Event, ...] = (),
             host: str | None = None, **kwargs) -> None:
        """Deliver a step: the RPC method has the step's name (``build_and_run_instance``, ``stop_instance`` …).

        ``host``: the one that does it, if it is not the server's.
        """
        sent = instance if order.step in BUILDS else instance.without_user_data()
        self.cast(context, order.step, server=host or instance.host, order=order.to_dict(), instance=sent.to_dict(),
                  events=[e.to_dict() for e in events], sent_at=time.time(), **kwargs)

    def build_several(self, context, rows: list[tuple[Order, Instance]], events: tuple[Event, ...],
                      **kwargs) -> None:
        """Deliver the builds of several servers to their host, with the same ``kwargs``, as if each came by itself."""
        self.cast(context, "build_and_run_instances", server=rows[0][1].host, sent_at=time.time(),
                  orders=[order.to_dict() for order, _ in rows], instances=[instance.to_dict() for _, instance in rows],
                  events=[e.to_dict() for e in events], **kwargs)

    def disown(self, context, host: str, instance_uuid: str, attempt: int, deallocate: bool) -> None:
        """The host does not own the server: it destroys a guest of it up to this attempt, if it has one.

        ``deallocate``: so do the ports that are bound to the host.
        """
        self.cast(context, "disown", server=host, instance_uuid=instance_uuid, attempt=attempt, deallocate=deallocate)

    def compare(self, context, host: str) -> None:
        """The host was taken for dead and is heard again: it compares its guests with what is its own."""
        self.cast(context, "compare", server=host)

    def cache_images(self, context, host: str, image_ids: list[str]) -> None:
        """The host fetches images before it needs them; nobody hears what becomes of it."""
        self.cast(context, "cache_images", server=host, image_ids=image_ids)

    def get_diagnostics(self, context, instance: Instance) -> Diagnostics:
        """Raises InstanceInvalidState when the guest does not run, GuestNotFound."""
        return Diagnostics.from_dict(self.call(context, "get_diagnostics", server=instance.host,
                                               instance=instance.without_user_data().to_dict()))

    def get_console_output(self, context, instance: Instance, tail_length: int | None) -> str:
        """The console log's last ``tail_length`` lines (None: all)."""
        return self.call(context, "get_console_output", server=instance.host,
                         instance=instance.without_user_data().to_dict(), tail_length=tail_length)

    def get_console(self, context, instance: Instance, protocol: str) -> ConsoleEndpoint:
        """Where the proxy of a protocol (vnc, serial) reaches the guest's console now.  Raises
        ConsoleTypeUnavailable, InstanceNotReady (it is off), GuestNotFound."""
        return ConsoleEndpoint.from_dict(self.call(context, "get_console", server=instance.host,
                                                   instance=instance.without_user_data().to_dict(), protocol=protocol))

    def list_guests(self, context, host: str) -> dict:
        """For the audit: {"guests": [Guest dicts], "leftovers": [uuids], "strays": [lines of what is of no uuid],
        "old_disks": {uuid: OldDisks dict}, "orders": [action ids that it works on]}."""
        return self.call(context, "list_guests", server=host, timeout=CONF.workflow.select_timeout)

    def get_host_uptime(self, context, host: str) -> str:
        """The host's uptime line."""
        return self.call(context, "get_host_uptime", server=host, timeout=CONF.workflow.select_timeout)
