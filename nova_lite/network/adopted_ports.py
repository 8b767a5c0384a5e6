"""The ports of a server that comes to a host with those that it has.  Called by the network client.

While it was on none its user may have deleted one, or changed its addresses or groups: what the guest gets is what the
network service says now.
"""
from nova_lite import exceptions
from nova_lite.context import RequestContext
from nova_lite.models import Instance, NetworkRequest, Vif
from nova_lite.network import server_ports
from nova_lite.network.neutron_http import NeutronError, NeutronHTTP


def adopt(http: NeutronHTTP, context: RequestContext, instance: Instance) -> tuple[Vif, ...]:
    """As ``NetworkClient.adopt``: four HTTP requests, one more for each port that is bound elsewhere."""
    found = {port["id"]: port for port in server_ports.of_server(http, context, instance.uuid, None)
             if server_ports.is_servers(port)}
    old = [vif for vif in instance.network_info if vif.id in found]
    bound = [(vif, port) for vif in old if (port := _bound(http, context, instance, found[vif.id])) is not None]
    if not bound:
        return ()
    ports = [port for _, port in bound]
    networks = server_ports.networks_of(http, context, {port["network_id"] for port in ports})
    names = server_ports.group_names(http, context, instance, ports, {})
    return tuple(_vif(vif, server_ports.vif_of(port, NetworkRequest(tag=vif.tag), networks[port["network_id"]], names))
                 for vif, port in bound)


def _bound(http, context, instance, port: dict) -> dict | None:
    """None: it was deleted just now."""
    if port.get("binding:host_id") == instance.host:
        return port
    try:
        return server_ports.change(http, context, port["id"], {"binding:host_id": instance.host})
    except NeutronError as exc:
        if exc.code == 404:
            return None
        raise exceptions.VirtualInterfaceCreateException(
            f"Port {port['id']} cannot be bound to {instance.host}: {exc}") from exc


def _vif(old: Vif, new: Vif) -> Vif:
    """What the server knows of it that its port does not say."""
    floating = {ip.address: ip.floating for ip in old.fixed_ips}
    return new.replace(pci_address=old.pci_address, fixed_ips=tuple(
        ip.replace(floating=floating.get(ip.address, ())) for ip in new.fixed_ips))
