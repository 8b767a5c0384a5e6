"""os-resetState: an administrator's word for a server whose row says something that is not so."""
from nova_lite import exceptions, failpoints, states
from nova_lite.compute.api.base import Orders, unchanged
from nova_lite.db import actions, idempotency, instances, quotas, session
from nova_lite.models import Instance
from nova_lite.models.idempotency import FirstOutcome
from nova_lite.trace import now


class Reset(Orders):
    def reset_state(self, context, instance: Instance, state: str) -> None:
        """``state``: active or error.  Whatever goes on with the server is called off; its guest is left as it is.

        One that is said to be active and is not on is seen by its host, which is asked to look.  Raises
        TooManyInstances for a soft-deleted one that the project's quota has no room for.
        """
        while True:
            self._guard(context, instance, "reset_state", "reset_state")
            try:
                images = self._reset(context, instance, state)
                break
            except exceptions.UnexpectedTaskStateError:
                instance = self.get(context, instance.uuid)           # it changed meanwhile; or gone: 404
        failpoints.hit("api", "resetState", "committed")
        for image_id in images:                 # that were being made of it
            self.images.delete(context, image_id)
        if state == states.ACTIVE and instance.host is not None:
            self.compute.compare(context, instance.host)

    @staticmethod
    def _was_reset(connection, context, instance, *_args) -> list[str] | None:
        """What a transaction whose commit was not answered has left: the ids of images that are to go."""
        for order in actions.placed(connection, [instance.uuid], context.request_id):
            [(action, _)] = actions.load(connection, [order.action_id])
            return action.params.get("images", [])
        return None

    @staticmethod
    @session.transaction(done=_was_reset)
    def _reset(connection, context, instance: Instance, state: str) -> list[str]:
        if context.idempotency_key:
            idempotency.remember(connection, context.idempotency_key, FirstOutcome(instance.uuid))
        images = actions.images_in_making(connection, instance.uuid)
        actions.cancel_open(connection, instance.uuid)
        values = {"deleted_at": None}
        if state == states.ERROR and instance.fault is None:
            values["fault"] = {"code": 500, "message": "An administrator says that it is in error.", "details": "",
                               "created": now().isoformat()}
        instances.transition(connection, instance.uuid, f"reset_{state}", unchanged(instance), **values)
        quotas.follow(connection, instance, state, None)
        actions.insert(connection, context, [instance.uuid], "resetState", "resetState", step=None,
                       params={"images": images} if images else None)
        return images
