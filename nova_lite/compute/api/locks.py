"""Lock and unlock."""
from nova_lite import exceptions
from nova_lite.db import actions, instances, session
from nova_lite.models import Instance


class Locks:
    def lock(self, context, instance: Instance, reason: str | None = None) -> None:
        owner = context.project_id == instance.project_id
        if instance.locked and owner and not context.is_admin:
            return
        self._set_lock(context, instance, "lock", "owner" if owner else "admin", reason)

    def unlock(self, context, instance: Instance) -> None:
        self._set_lock(context, instance, "unlock", None, None)

    @staticmethod
    @session.transaction
    def _set_lock(connection, context, instance, action, locked_by, reason):
        if not instances.update(connection, instance.uuid, locked_by=locked_by, locked_reason=reason):
            raise exceptions.InstanceNotFound(instance_id=instance.uuid)
        actions.insert(connection, context, [instance.uuid], action, action, step=None)
