"""Delete, at once or so that it can be restored for a while; restore."""
from nova_lite import exceptions, failpoints, states
from nova_lite.compute.api.base import SERVICE, Orders
from nova_lite.conf import CONF
from nova_lite.db import actions, deletion, idempotency, quotas, session
from nova_lite.models import Instance
from nova_lite.models.idempotency import FirstOutcome
from nova_lite.trace import Trace


class Deletion(Orders):
    def delete(self, context, instance: Instance) -> None:
        """Delete in every state; a repetition while it goes on is fine.  Raises InstanceIsLocked.

        With [DEFAULT] reclaim_instance_interval a launched server on a host that is up is only switched off, and can
        be restored until that is over.
        """
        self._delete(context, instance, "delete", soft=CONF.reclaim_instance_interval > 0)

    def force_delete(self, context, instance: Instance) -> None:
        """``delete`` at once, also of a server that is kept to be restored."""
        self._delete(context, instance, "force_delete", soft=False)

    def restore(self, context, instance: Instance) -> None:
        """Let a soft-deleted server run again.  Raises TooManyInstances: it counts in its project's quota again."""
        self._order(context, instance, "restore", "restore", "restore_instance", method="restore",
                    effects=lambda connection, row: quotas.follow(connection, row, row.vm_state, states.RESTORING))

    def _delete(self, context, instance: Instance, guard_name: str, soft: bool) -> None:
        trace = Trace(SERVICE)
        while True:
            self._guard(context, instance, guard_name, guard_name)
            with trace.hop(f"compute.api.{guard_name}", function=f"compute.api:API.{guard_name}",
                           transition=f"* -> */{states.SOFT_DELETING if soft else states.DELETING}"):
                try:
                    placed = self._order_delete(context, instance, soft)
                    break
                except exceptions.UnexpectedTaskStateError:
                    instance = self.get(context, instance.uuid)       # it changed meanwhile; or gone: 404
        if placed is None:
            return
        order = placed.order
        failpoints.hit("api", order.workflow, "committed")
        images = soft and instance.task_state in states.IMAGE_TASKS         # that a conductor takes away first
        if order.step == "finish" or images:
            self.conductor.run_order(context, order, trace.finished())
        else:
            self.compute.step(context, order, instance, trace.finished(), **({} if placed.ports else {"ports": False}))
        failpoints.hit("api", order.workflow, "sent")

    @staticmethod
    def _placed_delete(connection, *args) -> deletion.Placed | None:
        """``_placed`` of a delete; what it knew of ports is not known any more."""
        order = Orders._placed(connection, *args)
        return None if order is None else deletion.Placed(order, True)

    @staticmethod
    @session.transaction(done=_placed_delete)
    def _order_delete(connection, context, instance: Instance, soft: bool) -> deletion.Placed | None:
        if context.idempotency_key:
            idempotency.remember(connection, context.idempotency_key, FirstOutcome(instance.uuid))
        going_on = (states.DELETING, states.SOFT_DELETING) if soft else (states.DELETING,)
        if instance.task_state in going_on and actions.is_open(connection, instance.uuid, "delete"):
            return None
        if soft and (instance.vm_state, instance.task_state) == (states.SOFT_DELETED, None):
            return None
        softly = deletion.order_soft(connection, context, instance) if soft else None
        return deletion.Placed(softly, True) if softly else deletion.order(connection, context, instance)
