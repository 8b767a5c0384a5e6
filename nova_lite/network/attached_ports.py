"""One more port of a server that exists, and one less.  Called by the network client.

A port remembers the order that attached it (in its binding profile), so that the order finds its own work of an
earlier try, and whoever gives the order up finds what to take back.
"""
from collections.abc import Callable

from nova_lite.context import RequestContext
from nova_lite.models import FixedIP, Instance, NetworkRequest, PortState, Vif
from nova_lite.network import server_ports
from nova_lite.network.neutron_http import NeutronHTTP


def is_of(port: dict, order_id: int) -> bool:
    """Whether the order attached the port."""
    return (port.get("binding:profile") or {}).get(server_ports.ATTACHED_BY) == order_id


def attach(http: NeutronHTTP, context: RequestContext, instance: Instance, request: NetworkRequest,
           order_id: int) -> Vif:
    """As ``NetworkClient.attach``: four HTTP requests for a new port, five for one of the user's."""
    mine = [port for port in http.list(context, "ports", device_id=instance.uuid) if server_ports.is_servers(port)]
    port = next((port for port in mine if is_of(port, order_id)), None)
    profile = {server_ports.ATTACHED_BY: order_id}
    if port is None and request.port_id:
        port = server_ports.bind(http, context, instance, request.port_id, None, profile)
    elif port is None:
        [port] = server_ports.make(http, context, instance, [request], None, profile)
    [network] = server_ports.networks_of(http, context, {port["network_id"]}).values()
    return server_ports.vif_of(port, request, network, server_ports.group_names(http, context, instance, [port], None))


def release(http: NeutronHTTP, context: RequestContext, instance_uuid: str, chosen: Callable[[dict], bool]) -> None:
    """Those of a server's ports that are ``chosen(port)``."""
    ports = server_ports.of_server(http, context, instance_uuid, None)
    server_ports.release_all(http, context, [port for port in ports if chosen(port)])


def states(http: NeutronHTTP, context: RequestContext, instance_uuid: str) -> list[PortState]:
    return [PortState(port["id"], port["network_id"], port["mac_address"], port["status"], tuple(
        FixedIP(fixed["ip_address"], fixed["subnet_id"], 6 if ":" in fixed["ip_address"] else 4)
        for fixed in port["fixed_ips"]))
        for port in server_ports.of_server(http, context, instance_uuid, None) if server_ports.is_servers(port)]
