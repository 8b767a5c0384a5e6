"""Which security groups a server's ports are in.  Called by the network client."""
from nova_lite import exceptions
from nova_lite.context import RequestContext
from nova_lite.models import Instance
from nova_lite.network import server_ports
from nova_lite.network.neutron_http import NeutronError, NeutronHTTP
from nova_lite.network.requested import group_ids


def change(http: NeutronHTTP, context: RequestContext, instance: Instance, name: str,
           add: bool) -> dict[str, tuple[str, ...]]:
    """As ``NetworkClient.change_groups``: two requests, and one for each port that changes."""
    try:
        [group] = group_ids(http, context, instance.project_id, [name])
    except exceptions.Invalid as error:
        raise exceptions.Conflict(str(error)) from error
    ports = [port for port in server_ports.of_server(http, context, instance.uuid, None)
             if server_ports.is_servers(port)]
    if add and not any(port["fixed_ips"] for port in ports):
        raise exceptions.SecurityGroupCannotBeApplied()
    changing = [port for port in ports if (group in port["security_groups"]) != add and (port["fixed_ips"] or not add)]
    if not add and not changing:
        raise exceptions.SecurityGroupNotFound(
            f"Security group {name} not associated with the instance {instance.uuid}")
    for port in changing:
        groups = [*port["security_groups"], group] if add else [g for g in port["security_groups"] if g != group]
        try:
            port["security_groups"] = http.request(context, "PUT", f"ports/{port['id']}", {
                "port": {"security_groups": groups}})["port"]["security_groups"]
        except NeutronError as error:
            if error.code == 404:               # of the group, or a port that was detached meanwhile
                raise exceptions.SecurityGroupNotFound(security_group_id=name) from error
            raise exceptions.SecurityGroupCannotBeApplied(str(error)) from error
    ids = sorted({group for port in changing for group in port["security_groups"]})
    known = {found["id"]: found["name"] for found in
             (http.list(context, "security-groups", id=ids, fields=["id", "name"]) if ids else ())}
    return {port["id"]: tuple(known[group] for group in port["security_groups"] if group in known)
            for port in changing}


def of_server(http: NeutronHTTP, context: RequestContext, instance_uuid: str) -> list[dict]:
    """Neutron's bodies of the groups of a server's ports."""
    ids = sorted({group for port in server_ports.of_server(http, context, instance_uuid, None)
                  if server_ports.is_servers(port) for group in port["security_groups"]})
    return http.list(context, "security-groups", id=ids) if ids else []
