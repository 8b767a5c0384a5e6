"""A server's floating IPs, as the compute API knew them until 2.43: the network service's, noted with the server.

Whose the address is, the network service says; the server's row only keeps what is shown of it.
"""
import functools

from nova_lite import exceptions
from nova_lite.db import instances, session
from nova_lite.models import Instance
from nova_lite.network.floating_ips import FloatingIPs


class FloatingAddresses:
    @functools.cached_property
    def floating_ips(self) -> FloatingIPs:
        return FloatingIPs()

    def add_floating_ip(self, context, instance: Instance, address: str, fixed_address: str | None) -> None:
        """Raises FloatingIpNotFoundForAddress, Invalid (400): nothing to stand for, or that has one already."""
        fixed = [(vif.id, ip.address) for vif in instance.network_info for ip in vif.fixed_ips if ip.version == 4]
        if not fixed:
            raise exceptions.Invalid("Unable to associate floating IP " + address + " to any fixed IPs of instance "
                                     f"{instance.uuid}. Instance has no fixed IPv4 addresses to associate.")
        if fixed_address:
            fixed = [item for item in fixed if item[1] == fixed_address]
            if not fixed:
                raise exceptions.Invalid("Specified fixed address not assigned to instance")
        found = self.floating_ips.by_address(context, address)
        self.floating_ips.associate(context, found["id"], *fixed[0])
        self.note_floating_ips(context, instance.uuid)
        if found["instance_uuid"] and found["instance_uuid"] != instance.uuid:
            self.note_floating_ips(context, found["instance_uuid"])

    def remove_floating_ip(self, context, instance: Instance, address: str) -> None:
        """Raises FloatingIpNotFoundForAddress, FloatingIpNotAssociated (409) when it is not this server's."""
        found = self.floating_ips.by_address(context, address)
        if found["instance_uuid"] != instance.uuid:
            raise exceptions.FloatingIpNotAssociated(address=address, instance_uuid=instance.uuid)
        self.floating_ips.associate(context, found["id"], None)
        self.note_floating_ips(context, instance.uuid)

    def delete_floating_ip(self, context, id: str) -> None:
        """Raises FloatingIpNotFound."""
        found = self.floating_ips.get(context, id)
        self.floating_ips.delete(context, found["id"])
        if found["instance_uuid"]:
            self.note_floating_ips(context, found["instance_uuid"])

    def inject_network_info(self, context, instance: Instance) -> None:
        """Nova's driver for libvirt puts nothing into the guest; what is known of its addresses is read anew.

        Raises InstanceIsLocked.
        """
        if instance.locked and not context.is_admin:
            raise exceptions.InstanceIsLocked(instance_uuid=instance.uuid)
        self.note_floating_ips(context, instance.uuid)

    def note_floating_ips(self, context, uuid: str) -> None:
        """Write what the network service says now into the server's row, if there is still such a server."""
        with session.reader() as connection:
            try:
                instance = instances.get(connection, uuid)
            except exceptions.InstanceNotFound:
                return
        _write(uuid, self.floating_ips.of_server(context, instance))


@session.transaction
def _write(connection, uuid: str, floating: dict) -> None:
    try:
        instance = instances.get(connection, uuid, for_update=True)
    except exceptions.InstanceNotFound:
        return
    vifs = tuple(vif.replace(fixed_ips=tuple(
        ip.replace(floating=tuple(floating.get((vif.id, ip.address), ()))) for ip in vif.fixed_ips))
        for vif in instance.network_info)
    if vifs != instance.network_info:
        instances.update(connection, uuid, network_info=vifs)
