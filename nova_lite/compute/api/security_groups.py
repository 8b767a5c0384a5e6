"""Security groups of a server: those of its ports."""
from nova_lite.compute.api.base import Orders
from nova_lite.db import instances, session
from nova_lite.models import Instance


class SecurityGroups(Orders):
    def add_security_group(self, context, instance: Instance, name: str) -> None:
        """To all ports of the server; ``name`` or id.  Raises SecurityGroupNotFound (404), Conflict (several are named
        so), SecurityGroupCannotBeApplied (400: it has no port)."""
        self._note(instance, self.networks.change_groups(context, instance, name, add=True))

    def remove_security_group(self, context, instance: Instance, name: str) -> None:
        """From all ports that have it.  Raises SecurityGroupNotFound when none has."""
        self._note(instance, self.networks.change_groups(context, instance, name, add=False))

    @staticmethod
    @session.transaction
    def _note(connection, instance: Instance, names: dict[str, tuple[str, ...]]) -> None:
        """What the server shows.  ``names``: {port id: names of its groups}."""
        instances.change_network_info(connection, instance.uuid, lambda vifs: (
            vif.replace(security_groups=names.get(vif.id, vif.security_groups)) for vif in vifs))
