"""A server's interfaces, as their ports are now."""
from collections.abc import Sequence

from nova_lite.models import Instance, PortState


def index(request, server: Instance, ports: Sequence[PortState]) -> dict:
    return {"interfaceAttachments": [_interface(request, server, port) for port in ports]}


def show(request, server: Instance, port: PortState) -> dict:
    return {"interfaceAttachment": _interface(request, server, port)}


def _interface(request, server: Instance, port: PortState) -> dict:
    body = {"net_id": port.network_id, "port_id": port.id, "mac_addr": port.mac, "port_state": port.status,
            "fixed_ips": [{"subnet_id": ip.subnet_id, "ip_address": ip.address} for ip in port.fixed_ips]}
    if request.version >= "2.70":
        body["tag"] = next((vif.tag for vif in server.network_info if vif.id == port.id), None)
    return body
