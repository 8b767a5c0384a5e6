"""The network that a project is given when it has none: Neutron's auto-allocated topology.  There are no routers here.

The network is found again by its name, and is the project's own like any other.
"""
import ipaddress

import sqlalchemy as sa

from nova_lite.conf import CONF
from nova_lite.context import RequestContext
from nova_lite.db import session
from nova_lite.embedded.errors import conflict, not_found
from nova_lite.embedded.network import attributes
from nova_lite.embedded.network.networks import ATTRIBUTES, NETWORKS
from nova_lite.embedded.network.subnets import ATTRIBUTES as SUBNET_ATTRIBUTES
from nova_lite.embedded.network.subnets import SUBNETS, take_lock
from nova_lite.embedded.service import Request, no_content
from nova_lite.embedded.tables import networks, subnets

NAME, SUBNET_NAME = "auto_allocated_network", "auto_allocated_subnet_v4"
PREFIX = 24                     # the length of its subnet's range


def show(request: Request):
    """Made when there is none yet, unless ``fields`` is dry-run: then only whether it could be is told."""
    project_id = _project(request)
    if request.GET.get("fields") == "dry-run":
        with session.reader() as connection:
            _found(connection, project_id) or _free_range(connection)
        network_id = "dry-run=pass"
    else:
        network_id = _found_or_made(request.context, project_id)
    return {"auto_allocated_topology": {"id": network_id, "tenant_id": project_id, "project_id": project_id}}


def delete(request: Request):
    _delete(request.context, _project(request))
    return no_content()


def _project(request: Request) -> str:
    """Raises ApiError (404)."""
    asked, own = request.args["project_id"], request.context.project_id
    if asked in ("null", "None", own):
        return own
    if not request.context.is_admin:
        raise not_found(f"Project {asked} could not be found.", "ProjectNotFound")
    return asked


def _found(connection, project_id: str) -> str | None:
    return connection.scalar(sa.select(networks.c.id).where(
        networks.c.project_id == project_id, networks.c.name == NAME).order_by(networks.c.created_at).limit(1))


@session.transaction
def _found_or_made(connection, context: RequestContext, project_id: str) -> str:
    take_lock(connection)           # one network, however many ask
    found = _found(connection, project_id)
    if found is not None:
        return found
    network_id = NETWORKS.insert(connection, context, attributes.for_create(
        ATTRIBUTES, {"name": NAME, "project_id": project_id}, context))
    SUBNETS.insert(connection, context, attributes.for_create(SUBNET_ATTRIBUTES, {
        "name": SUBNET_NAME, "network_id": network_id, "cidr": _free_range(connection), "project_id": project_id},
        context))
    return network_id


def _free_range(connection) -> str:
    """The first of the pool that no subnet has a part of.  Raises ApiError (409)."""
    text, size = CONF.embedded.auto_network_pool, 1 << (32 - PREFIX)
    try:
        pool = ipaddress.IPv4Network(text)
    except ValueError as error:
        raise _failure(f"[embedded] auto_network_pool: {error}") from error
    start = int(pool.network_address)
    taken = connection.execute(sa.select(subnets.c.first_address, subnets.c.last_address).where(
        subnets.c.last_address >= start, subnets.c.first_address <= int(pool.broadcast_address))
        .order_by(subnets.c.first_address))
    for first, last in taken:
        if first >= start + size:
            break
        start = max(start, (last // size + 1) * size)
    if start + size - 1 > int(pool.broadcast_address):
        raise _failure(f"all of {pool} is taken")
    return f"{ipaddress.IPv4Address(start)}/{PREFIX}"


def _failure(reason: str):
    return conflict(f"Deployment error: {reason}.", "AutoAllocationFailure")


@session.transaction
def _delete(connection, context: RequestContext, project_id: str) -> None:
    found = _found(connection, project_id)
    if found is None:
        raise not_found(f"Project {project_id} has no topology that was made for it.", "AutoAllocatedTopologyNotFound")
    NETWORKS.remove(connection, context, NETWORKS.row(connection, context, found))
