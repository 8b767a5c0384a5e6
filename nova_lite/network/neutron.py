"""The network client of Neutron v2.0, real or embedded: a server's networks, as the protocol has them.

What a create's networks must be is checked in ``network.requested``; ports are made and removed in
``network.server_ports``; here is the protocol that the API and the computes call.
"""
from collections.abc import Iterable, Sequence

from nova_lite.context import RequestContext
from nova_lite.models import Instance, NetworkRequest, PortSecurity, PortState, ServerPort, Vif
from nova_lite.network import adopted_ports, attached_ports, port_groups, requested, security_rules, server_ports
from nova_lite.network.client import NetworkClient
from nova_lite.network.neutron_http import NeutronHTTP


class NeutronClient(NetworkClient):
    """Always asks as the service user, for the project of the context or the instance: a user's token
    may have expired by the time a host builds the server."""

    def __init__(self):
        self._http = NeutronHTTP()

    def validate(self, context: RequestContext, requests: Sequence[NetworkRequest] | None,
                 security_groups: Sequence[str], count: int) -> tuple[NetworkRequest, ...]:
        return requested.validate(self._http, context, requests, security_groups, count)

    def allocate(self, context: RequestContext, instance: Instance) -> tuple[Vif, ...]:
        wanted = instance.requested_networks
        if wanted is None:
            wanted = requested.automatic(self._http, context, instance.project_id)
        return server_ports.allocate(self._http, context, instance, wanted)

    def deallocate(self, context: RequestContext, instance_uuid: str, host: str | None = None) -> None:
        server_ports.deallocate(self._http, context, instance_uuid, host)

    def attach(self, context: RequestContext, instance: Instance, request: NetworkRequest, order_id: int) -> Vif:
        return attached_ports.attach(self._http, context, instance, request, order_id)

    def release(self, context: RequestContext, instance_uuid: str, port_id: str) -> None:
        attached_ports.release(self._http, context, instance_uuid, lambda port: port["id"] == port_id)

    def release_attached(self, context: RequestContext, instance_uuid: str, order_id: int) -> None:
        attached_ports.release(self._http, context, instance_uuid,
                               lambda port: attached_ports.is_of(port, order_id))

    def release_others(self, context: RequestContext, instance_uuid: str, host: str, keep: Sequence[str]) -> None:
        attached_ports.release(self._http, context, instance_uuid,
                               lambda port: port["id"] not in keep and port.get("binding:host_id") == host)

    def ports(self, context: RequestContext, instance_uuid: str) -> list[PortState]:
        return attached_ports.states(self._http, context, instance_uuid)

    def move_ports(self, context: RequestContext, instance_uuid: str, host: str) -> None:
        server_ports.move(self._http, context, instance_uuid, host)

    def adopt(self, context: RequestContext, instance: Instance) -> tuple[Vif, ...]:
        return adopted_ports.adopt(self._http, context, instance)

    def security(self, context: RequestContext, host: str) -> list[PortSecurity]:
        return security_rules.of_host(self._http, context, host)

    def change_groups(self, context: RequestContext, instance: Instance, name: str,
                      add: bool) -> dict[str, tuple[str, ...]]:
        return port_groups.change(self._http, context, instance, name, add)

    def groups(self, context: RequestContext, instance_uuid: str) -> list[dict]:
        return port_groups.of_server(self._http, context, instance_uuid)

    def groups_by_id(self, context: RequestContext, ids: Iterable[str]) -> dict[str, dict]:
        wanted = sorted(ids)
        return {group["id"]: group for group in
                (self._http.list(context, "security-groups", id=wanted) if wanted else ())}

    def owner_of_address(self, context: RequestContext, address: str) -> str | None:
        owners = {port["device_id"] for port in self._http.list(context, "ports", fixed_ips=f"ip_address={address}")
                  if server_ports.is_servers(port)}
        # Neutron's networks may have the same addresses: rather no answer than another guest's.
        return owners.pop() if len(owners) == 1 else None

    def server_ports(self, context: RequestContext) -> list[ServerPort]:
        ports = self._http.list(context, "ports", fields=["id", "device_id", "device_owner", "binding:host_id"])
        return [ServerPort(port["id"], port["device_id"], port.get("binding:host_id") or "") for port in ports
                if server_ports.is_servers(port)]
