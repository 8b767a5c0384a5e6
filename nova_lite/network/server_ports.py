"""The ports of a server: found, made, bound, released.  Called by the network client.

Every function may be repeated, and finds its own work of an earlier run by ``device_id``.  A port that
a user made is marked in its binding profile in the same request that binds it, so that whoever
releases it later knows to keep it.
"""
import contextlib
import ipaddress
import logging
from collections.abc import Sequence

from nova_lite import exceptions
from nova_lite.context import RequestContext
from nova_lite.models import FixedIP, Instance, Network, NetworkRequest, Subnet, Vif
from nova_lite.network.neutron_http import NeutronError, NeutronHTTP
from nova_lite.network.requested import group_ids

LOG = logging.getLogger(__name__)
OWNER_PREFIX = "compute:"
# Keys of a port's binding profile: it is a user's own; the order that attached it to a server.
PRESERVE, ATTACHED_BY = "nova_lite_preserve", "nova_lite_attached_by"
_DEFAULT = ("", "default")


def allocate(http: NeutronHTTP, context: RequestContext, instance: Instance,
             wanted: Sequence[NetworkRequest]) -> tuple[Vif, ...]:
    """As ``NetworkClient.allocate``.  Five HTTP requests for any number of new ports on one host (four with the
    default security group), one more for each port of the user's."""
    if not wanted:
        return ()
    existing = http.list(context, "ports", device_id=instance.uuid)
    with contextlib.ExitStack() as undo:
        undo.callback(_undo, http, context, instance, {port["id"] for port in existing})
        groups = _groups(http, context, instance)
        matched = _match(wanted, [port for port in existing if is_servers(port)])
        missing = [index for index, port in enumerate(matched) if port is None and not wanted[index].port_id]
        made = make(http, context, instance, [wanted[index] for index in missing], groups)
        for index, port in zip(missing, made, strict=True):
            matched[index] = port
        for index, request in enumerate(wanted):
            if request.port_id:
                matched[index] = bind(http, context, instance, request.port_id, matched[index])
            elif matched[index].get("binding:host_id") != instance.host:
                matched[index] = _rebind(http, context, instance, matched[index])
        networks = networks_of(http, context, {port["network_id"] for port in matched})
        names = group_names(http, context, instance, matched, groups)
        vifs = tuple(vif_of(port, request, networks[port["network_id"]], names)
                     for port, request in zip(matched, wanted, strict=True))
        undo.pop_all()
    return vifs


def _groups(http, context, instance: Instance) -> dict[str, str] | None:
    """{id: name} of what the server asked for; None: Neutron gives the project's default group by itself."""
    wanted = [name for name in instance.security_groups if name]
    if all(name in _DEFAULT for name in wanted):
        return None
    return group_ids(http, context, instance.project_id, wanted)


def _match(wanted: Sequence[NetworkRequest], existing: list[dict]) -> list[dict | None]:
    """For each request the port that an earlier run made or bound for it, or None."""
    free = list(existing)
    matched: list[dict | None] = []
    for request in wanted:
        port = next((port for port in free if _serves(port, request)), None)
        if port is not None:
            free.remove(port)
        matched.append(port)
    return matched


def _serves(port: dict, request: NetworkRequest) -> bool:
    if request.port_id:
        return port["id"] == request.port_id
    addresses = [fixed["ip_address"] for fixed in port["fixed_ips"]]
    return (port["network_id"] == request.network_id and not _is_preserved(port)
            and (request.address is None or request.address in addresses))


def is_servers(port: dict) -> bool:
    """Anybody may write a server's uuid into a port of their own; only nova-lite writes the owner."""
    return port["device_owner"].startswith(OWNER_PREFIX) and bool(port["device_id"])


def _is_preserved(port: dict) -> bool:
    return bool((port.get("binding:profile") or {}).get(PRESERVE))


def _owner(instance: Instance) -> str:
    return OWNER_PREFIX + (instance.availability_zone or "")


def make(http, context, instance: Instance, requests: list[NetworkRequest], groups: dict | None,
         profile: dict | None = None) -> list[dict]:
    """One bulk request: all of the ports or none."""
    if not requests:
        return []
    bodies = []
    for request in requests:
        body = {"network_id": request.network_id, "project_id": instance.project_id, "device_id": instance.uuid,
                "device_owner": _owner(instance), "admin_state_up": True, "binding:host_id": instance.host or ""}
        if request.address:
            body["fixed_ips"] = [{"ip_address": request.address}]
        if groups is not None:
            body["security_groups"] = list(groups)
        if profile:
            body["binding:profile"] = profile
        bodies.append(body)
    try:
        return http.request(context, "POST", "ports", {"ports": bodies})["ports"]
    except NeutronError as exc:
        raise _error(exc, instance, requests) from exc


def _error(exc: NeutronError, instance: Instance, requests: list[NetworkRequest]) -> exceptions.NovaLiteError:
    if exc.type == "IpAddressGenerationFailure":
        return exceptions.NoMoreFixedIps(net=", ".join(dict.fromkeys(r.network_id or "" for r in requests)))
    if exc.type in ("IpAddressAlreadyAllocated", "IpAddressInUse"):
        address = next((request.address for request in requests if request.address), "")
        return exceptions.FixedIpAlreadyInUse(str(exc), address=address, instance_uuid=instance.uuid)
    if exc.code == 404:
        return exceptions.NetworkNotFound(str(exc))
    return exceptions.VirtualInterfaceCreateException(f"Virtual Interface creation failed: {exc}")


def bind(http, context, instance: Instance, port_id: str, port: dict | None, profile: dict | None = None) -> dict:
    """Make a user's port the server's; ``profile`` is kept with it.  Raises PortNotFound, PortInUse."""
    if port is None:
        port = next(iter(http.list(context, "ports", id=port_id)), None)
        if port is None:
            raise exceptions.PortNotFound(port_id=port_id)
        if port["device_id"] not in ("", instance.uuid):
            raise exceptions.PortInUse(port_id=port_id)
    try:
        return change(http, context, port_id, {
            "device_id": instance.uuid, "device_owner": _owner(instance), "binding:host_id": instance.host or "",
            "binding:profile": {**(port.get("binding:profile") or {}), PRESERVE: True, **(profile or {})}},
            _unchanged(port))
    except NeutronError as exc:
        if exc.code == 412:
            raise exceptions.PortInUse(port_id=port_id) from exc
        if exc.code == 404:
            raise exceptions.PortNotFound(port_id=port_id) from exc
        raise _error(exc, instance, []) from exc


def _rebind(http, context, instance: Instance, port: dict) -> dict:
    """A port of an earlier try on another host."""
    try:
        return change(http, context, port["id"], {"binding:host_id": instance.host or ""}, _unchanged(port))
    except NeutronError as exc:
        raise _error(exc, instance, []) from exc


def _unchanged(port: dict) -> dict:
    """Of two servers, or hosts, that want a port at once, one is refused."""
    return {"If-Match": f"revision_number={port['revision_number']}"} if "revision_number" in port else {}


def change(http, context, port_id: str, values: dict, headers: dict | None = None) -> dict:
    """The port with these values.  Raises NeutronError."""
    return http.request(context, "PUT", f"ports/{port_id}", {"port": values}, headers)["port"]


def networks_of(http, context, ids: set[str]) -> dict[str, Network]:
    """With their subnets: two requests for any number of networks."""
    networks = http.list(context, "networks", id=sorted(ids))
    subnets: dict[str, list[Subnet]] = {}
    for subnet in http.list(context, "subnets", network_id=sorted(ids)):
        subnets.setdefault(subnet["network_id"], []).append(_subnet(subnet))
    return {network["id"]: Network(id=network["id"], label=network["name"], mtu=network.get("mtu") or 1450,
                                   subnets=tuple(subnets.get(network["id"], ()))) for network in networks}


def _subnet(subnet: dict) -> Subnet:
    """The bridge of each host has the gateway's address, or without a gateway the subnet's first one."""
    bridge = None
    if subnet["enable_dhcp"]:
        bridge = subnet["gateway_ip"] or str(next(ipaddress.ip_network(subnet["cidr"]).hosts()))
    return Subnet(id=subnet["id"], cidr=subnet["cidr"], version=subnet["ip_version"], gateway=subnet["gateway_ip"],
                  dns=tuple(subnet["dns_nameservers"]), dhcp_server=bridge, routes=tuple(subnet["host_routes"]))


def group_names(http, context, instance: Instance, ports: list[dict], groups: dict | None) -> dict[str, str]:
    """{id: name} of all groups of the ports; a user's own ports may have others than the server asked for."""
    if groups is None and not any(_is_preserved(port) for port in ports):
        return {id: "default" for port in ports for id in port.get("security_groups", ())}
    known = dict(groups or {})
    unknown = {id for port in ports for id in port.get("security_groups", ())} - set(known)
    if unknown:
        known |= {group["id"]: group["name"] for group in
                  http.list(context, "security-groups", id=sorted(unknown), fields=["id", "name"])}
    return known


def vif_of(port: dict, request: NetworkRequest, network: Network, names: dict[str, str]) -> Vif:
    fixed_ips = tuple(FixedIP(fixed["ip_address"], fixed["subnet_id"],
                              ipaddress.ip_address(fixed["ip_address"]).version) for fixed in port["fixed_ips"])
    groups = tuple(names[id] for id in port.get("security_groups", ()) if id in names)
    return Vif(id=port["id"], mac=port["mac_address"], network=network, fixed_ips=fixed_ips,
               devname=f"tap{port['id'][:11]}", preserve_on_delete=_is_preserved(port),
               active=port["status"] == "ACTIVE", tag=request.tag, security_groups=groups)


def _undo(http, context, instance: Instance, before: set[str]) -> None:
    """Release what this run made or bound.  It asks anew: an answer that was lost may have made ports too."""
    try:
        release_all(http, context, [port for port in of_server(http, context, instance.uuid, instance.host)
                                 if port["id"] not in before])
    except (exceptions.NovaLiteError, NeutronError) as exc:
        LOG.warning("ports of server %s are left until it is deleted or built again: %s", instance.uuid, exc)


def deallocate(http: NeutronHTTP, context: RequestContext, instance_uuid: str, host: str | None) -> None:
    """As ``NetworkClient.deallocate``: one request, and one for each port."""
    release_all(http, context, of_server(http, context, instance_uuid, host))


def move(http: NeutronHTTP, context: RequestContext, instance_uuid: str, host: str) -> None:
    """As ``NetworkClient.move_ports``: one request, and one for each port that is bound elsewhere."""
    for port in of_server(http, context, instance_uuid, None):
        if not is_servers(port) or port.get("binding:host_id") == host:
            continue
        try:
            change(http, context, port["id"], {"binding:host_id": host})
        except NeutronError as exc:
            if exc.code != 404:                     # a user may delete a port at any time
                raise exceptions.ServiceUnavailable(f"Port {port['id']} cannot be bound to {host}: {exc}") from exc


def of_server(http, context, instance_uuid: str, host: str | None) -> list[dict]:
    """All ports of a server, or those bound to a host."""
    ports = http.list(context, "ports", device_id=instance_uuid)
    return [port for port in ports if host is None or port.get("binding:host_id") == host]


def release_all(http, context, ports: list[dict]) -> None:
    for port in ports:
        if not is_servers(port):
            continue
        try:
            if _is_preserved(port):
                profile = {key: value for key, value in port["binding:profile"].items()
                           if key not in (PRESERVE, ATTACHED_BY)}
                change(http, context, port["id"], {"device_id": "", "device_owner": "", "binding:host_id": "",
                                                 "binding:profile": profile})
            else:
                http.request(context, "DELETE", f"ports/{port['id']}")
        except NeutronError as exc:
            if exc.code != 404:
                raise exceptions.ServiceUnavailable(f"Port {port['id']} cannot be released: {exc}") from exc
