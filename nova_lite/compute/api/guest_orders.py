"""Asked of the guest itself: another password, a crash dump; and the password that it has told, encrypted."""
from nova_lite import exceptions
from nova_lite.compute.api.base import Orders
from nova_lite.conf import CONF
from nova_lite.db import actions, server_passwords, session
from nova_lite.models import Instance


class GuestOrders(Orders):
    def change_password(self, context, instance: Instance, password: str) -> None:
        """``password_changed`` waits for it."""
        self._order(context, instance, "change_password", "changePassword", "set_admin_password",
                    method="set_admin_password", secrets={"new_pass": password}, timeout=CONF.workflow.answer_timeout)

    def password_changed(self, context, instance: Instance) -> None:
        """Waits for this request's order of ``change_password``.  Raises InstancePasswordSetFailed with the host's
        reason (409)."""
        action = self._ended(context, instance, CONF.workflow.answer_timeout)
        if action is None or action.state != actions.DONE:
            error = action.params.get("error") if action else None
            raise exceptions.InstancePasswordSetFailed(
                instance=instance.uuid, reason=error["message"] if error else "the host has not answered")

    def trigger_crash_dump(self, context, instance: Instance) -> None:
        self._order(context, instance, "trigger_crash_dump", "trigger_crash_dump", "trigger_crash_dump",
                    method="trigger_crash_dump")

    @staticmethod
    def server_password(instance: Instance) -> str:
        """As the guest has told it, encrypted with the user's key; empty when it has not."""
        with session.reader() as connection:
            return server_passwords.get(connection, instance.uuid) or ""

    @staticmethod
    def forget_server_password(instance: Instance) -> None:
        session.transaction(server_passwords.delete)(instance.uuid)
