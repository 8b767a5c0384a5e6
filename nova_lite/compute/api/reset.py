"""os-resetState: an administrator's word for a server whose row says something that is not so."""
from nova_lite import exceptions, failpoints, states
from nova_lite.compute.api.base import Orders, unchanged
from nova_lite.db import actions, idempotency, instances, session
from nova_lite.models import Instance, Order
from nova_lite.models.idempotency import FirstOutcome


class Reset(Orders):
    def reset_state(self, context, instance: Instance, state: str) -> None:
        """``state``: active or error.  Whatever goes on with the server is called off; its guest is left as it is.

        One that is said to be active and is not on is seen by its host, which is asked to look.
        """
        while True:
            self._guard(context, instance, "reset_state", "reset_state")
            try:
                self._reset(context, instance, state)
                break
            except exceptions.UnexpectedTaskStateError:
                instance = self.get(context, instance.uuid)           # it changed meanwhile; or gone: 404
        failpoints.hit("api", "resetState", "committed")
        if state == states.ACTIVE and instance.host is not None:
            self.compute.compare(context, instance.host)

    @staticmethod
    @session.transaction(done=Orders._placed)
    def _reset(connection, context, instance: Instance, state: str) -> Order:
        if context.idempotency_key:
            idempotency.remember(connection, context.idempotency_key, FirstOutcome(instance.uuid))
        actions.cancel_open(connection, instance.uuid)
        instances.transition(connection, instance.uuid, f"reset_{state}", unchanged(instance))
        [record] = actions.insert(connection, context, [instance.uuid], "resetState", "resetState", step=None)
        return record
