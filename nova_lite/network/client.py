"""The protocol of a network client (Neutron v2's part that computes need)."""
import abc
from collections.abc import Iterable, Sequence

from nova_lite.context import RequestContext
from nova_lite.models import Instance, NetworkRequest, PortSecurity, PortState, ServerPort, Vif


class NetworkClient(abc.ABC):
    """All methods raise ServiceUnavailable when the service does not answer."""

    @abc.abstractmethod
    def validate(self, context: RequestContext, requests: Sequence[NetworkRequest] | None,
                 security_groups: Sequence[str], count: int) -> tuple[NetworkRequest, ...]:
        """Check a create's networks and resolve them to ids.

        ``requests`` None: the project's only network, or none; with several: NetworkAmbiguous.  (AUTO,): if there is
        none, one is made: UnableToAutoAllocateNetwork when that cannot be.

        Raises NetworkNotFound, PortNotFound, SecurityGroupNotFound, PortInUse, FixedIpAlreadyInUse, Invalid.
        """

    @abc.abstractmethod
    def allocate(self, context: RequestContext, instance: Instance) -> tuple[Vif, ...]:
        """Make (or find: it is repeatable) a port for each of ``instance.requested_networks``, owned by the
        instance and bound to ``instance.host``, in order.  On failure the ports it made are removed.
        Raises NoMoreFixedIps, PortInUse, VirtualInterfaceCreateException."""

    @abc.abstractmethod
    def deallocate(self, context: RequestContext, instance_uuid: str, host: str | None = None) -> None:
        """Delete the ports that ``allocate`` made and release the user's own; repeatable.

        ``host``: only those that are bound to it: the others are another host's that builds the server now.
        """

    @abc.abstractmethod
    def attach(self, context: RequestContext, instance: Instance, request: NetworkRequest, order_id: int) -> Vif:
        """Make (or bind the user's) port for one more interface of an instance, bound to ``instance.host``.

        Repeatable: an order finds the port that it made or bound before.
        Raises as ``allocate``, and PortNotFound, FixedIpAlreadyInUse, NetworkNotFound.
        """

    @abc.abstractmethod
    def release(self, context: RequestContext, instance_uuid: str, port_id: str) -> None:
        """Delete one of an instance's ports, or release the user's own; fine when it is not the instance's."""

    @abc.abstractmethod
    def release_attached(self, context: RequestContext, instance_uuid: str, order_id: int) -> None:
        """``release`` what ``attach`` made or bound for this order, if anything."""

    @abc.abstractmethod
    def release_others(self, context: RequestContext, instance_uuid: str, host: str, keep: Sequence[str]) -> None:
        """``release`` all ports of an instance that are bound to the host, but these."""

    @abc.abstractmethod
    def ports(self, context: RequestContext, instance_uuid: str) -> Sequence[PortState]:
        """The ports of an instance as they are now."""

    @abc.abstractmethod
    def move_ports(self, context: RequestContext, instance_uuid: str, host: str) -> None:
        """Bind all ports of a server to another host; repeatable."""

    @abc.abstractmethod
    def adopt(self, context: RequestContext, instance: Instance) -> tuple[Vif, ...]:
        """Bind the ports of ``instance.network_info`` to ``instance.host``, and read them anew; repeatable.

        A port that a user has deleted is left out.  Raises VirtualInterfaceCreateException.
        """

    @abc.abstractmethod
    def security(self, context: RequestContext, host: str) -> Sequence[PortSecurity]:
        """What their security groups allow the ports that are bound to a host, and their floating IPs."""

    @abc.abstractmethod
    def change_groups(self, context: RequestContext, instance: Instance, name: str,
                      add: bool) -> dict[str, tuple[str, ...]]:
        """Put an instance's ports into a security group of its project (name or id), or take them out.

        Returns {port id: names of its groups} of those that were changed.  Raises SecurityGroupNotFound, Conflict (of
        several with this name), SecurityGroupCannotBeApplied.
        """

    @abc.abstractmethod
    def groups(self, context: RequestContext, instance_uuid: str) -> Sequence[dict]:
        """The security groups of an instance's ports, with their rules, in Neutron's own bodies."""

    @abc.abstractmethod
    def groups_by_id(self, context: RequestContext, ids: Iterable[str]) -> dict[str, dict]:
        """Those of these ids that are there, whoever's they are, in Neutron's own bodies."""

    @abc.abstractmethod
    def owner_of_address(self, context: RequestContext, address: str) -> str | None:
        """The uuid of the instance whose port has this fixed address (for the metadata service).

        None when there is none, and when several have it.
        """

    @abc.abstractmethod
    def server_ports(self, context: RequestContext) -> Sequence[ServerPort]:
        """All ports that are servers' (for the audit)."""
