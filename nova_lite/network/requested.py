"""Are the networks and security groups of a create there, and the caller's to use?  Called by the network client.

Nothing is made or held here: a port or address can still be taken by another before the server has it.
"""
import ipaddress
import uuid
from collections.abc import Sequence

from nova_lite import exceptions
from nova_lite.context import RequestContext
from nova_lite.models import NetworkRequest
from nova_lite.models.network import AUTO
from nova_lite.network.neutron_http import NeutronError, NeutronHTTP


def validate(http: NeutronHTTP, context: RequestContext, requests: Sequence[NetworkRequest] | None,
             security_groups: Sequence[str], count: int) -> tuple[NetworkRequest, ...]:
    """As ``NetworkClient.validate``.  One to four HTTP requests, and one for each fixed address asked for."""
    if requests is None or tuple(requests) == (AUTO,):
        resolved = automatic(http, context, context.project_id)
        if requests and not resolved:
            resolved = (_made(http, context),)
    else:
        if count > 1 and any(request.port_id or request.address for request in requests):
            raise exceptions.Invalid("Unable to launch multiple instances with a single configured port ID or fixed "
                                     "IP address. Please launch your instances one by one.")
        ports = _ports(http, context, [request.port_id for request in requests if request.port_id])
        resolved = tuple(request.replace(network_id=ports[request.port_id]["network_id"])
                         if request.port_id else request for request in requests)
        _check_networks(http, context, resolved)
    _check_groups(http, context, security_groups)
    return resolved


def automatic(http: NeutronHTTP, context: RequestContext, project_id: str) -> tuple[NetworkRequest, ...]:
    """The only network that is the project's or shared; () when there is none.  Raises NetworkAmbiguous."""
    own = http.list(context, "networks", project_id=project_id, fields=["id", "subnets", "shared"], admin_state_up=True)
    shared = http.list(context, "networks", shared=True, fields=["id", "subnets", "shared"], admin_state_up=True)
    usable = {network["id"]: network for network in (*own, *shared) if network["subnets"]}
    if len(usable) > 1:
        raise exceptions.NetworkAmbiguous()
    return tuple(NetworkRequest(network_id=id) for id in usable)


def _made(http: NeutronHTTP, context: RequestContext) -> NetworkRequest:
    """By Neutron, which makes one however many ask.  Raises UnableToAutoAllocateNetwork."""
    try:
        found = http.request(context, "GET", f"auto-allocated-topology/{context.project_id}")
    except NeutronError as error:
        raise exceptions.UnableToAutoAllocateNetwork(project_id=context.project_id) from error
    return NetworkRequest(network_id=found["auto_allocated_topology"]["id"])


def is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _ports(http: NeutronHTTP, context: RequestContext, ids: list[str]) -> dict[str, dict]:
    """Raises PortNotFound, PortInUse, Invalid (one port twice, a port without an address)."""
    if len(set(ids)) < len(ids):
        raise exceptions.Invalid("A port cannot be given twice.")
    asked = [id for id in ids if is_uuid(id)]
    found = {port["id"]: port for port in http.list(context, "ports", id=asked)} if asked else {}
    for id in ids:
        port = found.get(id)
        if port is None or not (context.is_admin or port["project_id"] == context.project_id):
            raise exceptions.PortNotFound(port_id=id)
        if port["device_id"]:
            raise exceptions.PortInUse(port_id=id)
        if not port["fixed_ips"]:
            raise exceptions.Invalid(f"Port {id} requires a FixedIP in order to be used.")
    return found


def _check_networks(http: NeutronHTTP, context: RequestContext, requests: Sequence[NetworkRequest]) -> None:
    """Raises NetworkNotFound, FixedIpAlreadyInUse, Invalid."""
    ids = list(dict.fromkeys(request.network_id for request in requests if not request.port_id))
    asked = [id for id in ids if is_uuid(id)]
    found = {network["id"]: network for network in http.list(context, "networks", id=asked)} if asked else {}
    for id in ids:
        network = found.get(id)
        if network is None or not (context.is_admin or network["shared"]
                                   or network["project_id"] == context.project_id):
            raise exceptions.NetworkNotFound(network_id=id)
        if not network["subnets"]:
            raise exceptions.Invalid(f"Network {id} requires a subnet in order to boot instances on.")
    for request in requests:
        if request.address and not request.port_id:
            _check_address(http, context, request)


def _check_address(http: NeutronHTTP, context: RequestContext, request: NetworkRequest) -> None:
    ranges = [ipaddress.ip_network(subnet["cidr"]) for subnet in
              http.list(context, "subnets", network_id=request.network_id, fields=["id", "cidr"])]
    if not any(ipaddress.ip_address(request.address) in cidr for cidr in ranges):
        raise exceptions.Invalid(f"Fixed IP {request.address} is not a valid ip address for network "
                                 f"{request.network_id}.")
    for port in http.list(context, "ports", network_id=request.network_id, fixed_ips=f"ip_address={request.address}"):
        raise exceptions.FixedIpAlreadyInUse(address=request.address, instance_uuid=port["device_id"])


def _check_groups(http: NeutronHTTP, context: RequestContext, wanted: Sequence[str]) -> None:
    if any(name != "default" for name in wanted):
        group_ids(http, context, context.project_id, wanted)


def group_ids(http: NeutronHTTP, context: RequestContext, project_id: str, wanted: Sequence[str]) -> dict[str, str]:
    """{id: name} of the project's security groups named so, or with these ids, in order.

    Raises SecurityGroupNotFound, and Invalid for a name that several groups have.
    """
    groups = http.list(context, "security-groups", project_id=project_id, fields=["id", "name"])
    resolved = {}
    for name in wanted:
        matching = [group for group in groups if group["id"] == name] or [g for g in groups if g["name"] == name]
        if not matching:
            raise exceptions.SecurityGroupNotFound(security_group_id=name)
        if len(matching) > 1:
            raise exceptions.Invalid(f"Multiple security groups found matching '{name}'. Use an ID to be more "
                                     "specific.")
        resolved[matching[0]["id"]] = matching[0]["name"]
    return resolved
