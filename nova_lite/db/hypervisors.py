"""Compute nodes for the REST API: reads of ``hosts`` joined with their service.

``db.hosts`` is where the resources are kept and claimed; nothing is written here.
"""
import dataclasses
from collections.abc import Collection

import sqlalchemy as sa

from nova_lite import exceptions
from nova_lite.db.tables import hosts, instances, services
from nova_lite.models import Flavor
from nova_lite.models.hypervisor import Hypervisor, Statistics
from nova_lite.models.service import COMPUTE, Service

_FIELDS = tuple(field.name for field in dataclasses.fields(Hypervisor) if field.name != "service")
_SUMS = tuple(field.name for field in dataclasses.fields(Statistics) if field.name != "count")
_SERVICE_FIELDS = tuple(field.name for field in dataclasses.fields(Service))
# A service's columns have names that a host's have too.
_QUERY = sa.select(*(hosts.c[name] for name in _FIELDS),
                   *(services.c[name].label(f"service_{name}") for name in _SERVICE_FIELDS)).join(
    services, sa.and_(services.c.host == hosts.c.host, services.c.binary == COMPUTE))


def _hypervisor(row) -> Hypervisor:
    service = Service(**{name: getattr(row, f"service_{name}") for name in _SERVICE_FIELDS})
    return Hypervisor(service=service, **{name: getattr(row, name) for name in _FIELDS})


def get(connection, hypervisor_id: int | str) -> Hypervisor:
    """By id (an integer) or uuid (a string); raises ComputeHostNotFound."""
    column = hosts.c.id if isinstance(hypervisor_id, int) else hosts.c.uuid
    row = connection.execute(_QUERY.where(column == hypervisor_id)).one_or_none()
    if row is None:
        raise exceptions.ComputeHostNotFound(host=hypervisor_id)
    return _hypervisor(row)


def get_of_host(connection, host: str) -> Hypervisor:
    """Raises ComputeHostNotFound."""
    row = connection.execute(_QUERY.where(hosts.c.host == host)).one_or_none()
    if row is None:
        raise exceptions.ComputeHostNotFound(host=host)
    return _hypervisor(row)


def flavors_by_project(connection, host: str) -> dict[str, list[Flavor]]:
    """The flavors of a host's servers."""
    found: dict[str, list[Flavor]] = {}
    for project_id, flavor in connection.execute(
            sa.select(instances.c.project_id, instances.c.flavor).where(
                instances.c.host == host, instances.c.deleted.is_(False)).order_by(instances.c.project_id)):
        found.setdefault(project_id, []).append(Flavor.from_dict(flavor))
    return found


def check_named(connection, host: str | None, node: str | None) -> None:
    """Raises ComputeHostNotFound unless a host has both of these names; None: any."""
    wanted = [column == name for column, name in ((hosts.c.host, host), (hosts.c.node, node)) if name]
    if connection.execute(sa.select(hosts.c.id).where(*wanted).limit(1)).first() is None:
        raise exceptions.ComputeHostNotFound(host=host or node)


def list_page(connection, *, limit: int | None = None, marker: int | str | None = None) -> list[Hypervisor]:
    """Hypervisors by id, after that of the id or uuid ``marker``; raises MarkerNotFound."""
    query = _QUERY.order_by(hosts.c.id).limit(limit)
    if marker is not None:
        try:
            query = query.where(hosts.c.id > get(connection, marker).id)
        except exceptions.ComputeHostNotFound:
            raise exceptions.MarkerNotFound(marker=marker) from None
    return [_hypervisor(row) for row in connection.execute(query)]


def search(connection, part: str) -> list[Hypervisor]:
    """Those with ``part`` in their name, whatever its case."""
    query = _QUERY.where(hosts.c.node.icontains(part, autoescape=True)).order_by(hosts.c.id)
    return [_hypervisor(row) for row in connection.execute(query)]


def statistics(connection) -> Statistics:
    """What all hypervisors that are not disabled add up to."""
    row = connection.execute(
        sa.select(sa.func.count(), *(sa.func.coalesce(sa.func.sum(hosts.c[name]), 0) for name in _SUMS))
        .select_from(hosts).join(services, sa.and_(services.c.host == hosts.c.host, services.c.binary == COMPUTE))
        .where(services.c.disabled.is_(False))).one()
    return Statistics(**dict(zip(("count", *_SUMS), map(int, row), strict=True)))


def workloads(connection, names: Collection[str] | None = None) -> dict[str, int]:
    """By host: servers that something is being done with.  ``names`` None: of all hosts."""
    query = sa.select(instances.c.host, sa.func.count()).where(
        instances.c.deleted.is_(False), instances.c.task_state.is_not(None),
        instances.c.host.is_not(None) if names is None else instances.c.host.in_(names)).group_by(instances.c.host)
    return dict(connection.execute(query).all())


def servers(connection, names: Collection[str]) -> dict[str, list[str]]:
    """By host: the uuids of its servers, oldest first."""
    found: dict[str, list[str]] = {name: [] for name in names}
    for host, uuid in connection.execute(
            sa.select(instances.c.host, instances.c.uuid).where(
                instances.c.host.in_(names), instances.c.deleted.is_(False)).order_by(instances.c.id)):
        found[host].append(uuid)
    return found
