"""What is the row's alone, and questions to the host: no order."""
from nova_lite import exceptions
from nova_lite.compute.api import fits
from nova_lite.compute.api.base import Orders
from nova_lite.db import instances, session
from nova_lite.models import Diagnostics, Instance


class Details(Orders):
    def update(self, context, instance: Instance, **values) -> Instance:
        """Change display_name, display_description, hostname, access_ip_v4/6, auto_disk_config."""
        return self._update(instance, values)

    @staticmethod
    @session.transaction
    def _update(connection, instance, values):
        if not instances.update(connection, instance.uuid, **values):
            raise exceptions.InstanceNotFound(instance_id=instance.uuid)
        return instances.get(connection, instance.uuid)

    def update_metadata(self, context, instance: Instance, metadata: dict, replace: bool) -> dict:
        """Merge (or replace) and return all; raises QuotaError, InstanceInvalidState."""
        self._guard(context, instance, "metadata", "update_instance_metadata")
        return self._change_metadata(instance.uuid, lambda old: dict(metadata) if replace else {**old, **metadata})

    def delete_metadata(self, context, instance: Instance, key: str) -> None:
        self._guard(context, instance, "metadata", "delete_instance_metadata")
        self._change_metadata(instance.uuid, lambda old: {k: v for k, v in old.items() if k != key})

    @staticmethod
    @session.transaction
    def _change_metadata(connection, uuid, change):
        changed = change(instances.get(connection, uuid, for_update=True).metadata)
        fits.metadata(changed)
        instances.update(connection, uuid, metadata=changed)
        return changed

    def diagnostics(self, context, instance: Instance) -> Diagnostics:
        """What the guest has used, as its host says.  Raises InstanceNotReady, InstanceInvalidState (409)."""
        if instance.host is None:
            raise exceptions.InstanceNotReady(instance_id=instance.uuid)
        return self.compute.get_diagnostics(context, instance)

    def console_output(self, context, instance: Instance, length: int | None) -> str:
        """The console log's last ``length`` lines (None or -1: all); raises InstanceNotReady (409)."""
        if instance.host is None:
            raise exceptions.InstanceNotReady(instance_id=instance.uuid)
        return self.compute.get_console_output(context, instance, None if length == -1 else length)
