"""Delete."""
from nova_lite import exceptions, failpoints, states
from nova_lite.compute.api.base import SERVICE, Orders, unchanged
from nova_lite.db import actions, idempotency, instances, moves, services, session
from nova_lite.models import Instance, Order
from nova_lite.models.idempotency import FirstOutcome
from nova_lite.trace import Trace


class Deletion(Orders):
    def delete(self, context, instance: Instance) -> None:
        """Delete in every state; a repetition while it goes on is fine.  Raises InstanceIsLocked."""
        self._delete(context, instance, "delete")

    def force_delete(self, context, instance: Instance) -> None:
        """As ``delete``."""
        self._delete(context, instance, "force_delete")

    def _delete(self, context, instance: Instance, guard_name: str) -> None:
        trace = Trace(SERVICE)
        while True:
            self._guard(context, instance, guard_name, guard_name)
            with trace.hop(f"compute.api.{guard_name}", function=f"compute.api:API.{guard_name}",
                           transition="* -> */deleting"):
                try:
                    order = self._order_delete(context, instance)
                    break
                except exceptions.UnexpectedTaskStateError:
                    instance = self.get(context, instance.uuid)       # it changed meanwhile; or gone: 404
        if order is None:
            return
        failpoints.hit("api", "delete", "committed")
        if order.step == "terminate_instance":
            self.compute.step(context, order, instance, trace.finished())
        else:
            self.conductor.run_order(context, order, trace.finished())
        failpoints.hit("api", "delete", "sent")

    @staticmethod
    @session.transaction(done=Orders._placed)
    def _order_delete(connection, context, instance: Instance) -> Order | None:
        if context.idempotency_key:
            idempotency.remember(connection, context.idempotency_key, FirstOutcome(instance.uuid))
        if instance.task_state == states.DELETING and actions.is_open(connection, instance.uuid, "delete"):
            return None
        images = actions.images_in_making(connection, instance.uuid)
        actions.cancel_open(connection, instance.uuid)
        instances.transition(connection, instance.uuid, "delete", unchanged(instance))
        up = instance.host is not None and services.compute_is_up(connection, instance.host)
        move = moves.open_of(connection, instance.uuid)
        others = [] if move is None else [host for host in (move.source_compute, move.dest_compute)
                                          if host not in (None, instance.host)]
        [order] = actions.insert(connection, context, [instance.uuid], "delete", "delete",
                                 step="terminate_instance" if up else "finish", host=instance.host if up else None,
                                 params={name: values for name, values in (("images", images), ("other_hosts", others))
                                         if values})
        return order
