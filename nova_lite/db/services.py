"""Service processes and their heartbeats: table ``services``.

``updated_at`` changes when a service is registered, disabled, enabled or forced down, and never by a
heartbeat: schedulers read changes by it.  ``last_seen_up`` changes by heartbeats.
"""
import dataclasses
import datetime
import uuid as uuidlib
from collections.abc import Sequence

import sqlalchemy as sa
from oslo_db import exception as db_exc
from oslo_utils import timeutils

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.db import notes
from nova_lite.db.tables import aggregate_hosts, instances, services
from nova_lite.db.tables import hosts as hosts_table
from nova_lite.models.service import COMPUTE, Service
from nova_lite.notifications import payloads

UP, DOWN, FENCING, FENCED = "up", "down", "fencing", "fenced"
_FIELDS = tuple(field.name for field in dataclasses.fields(Service))


def _service(row) -> Service:
    return Service(**{name: getattr(row, name) for name in _FIELDS})


def is_up(service, now: datetime.datetime) -> bool:
    """Whether it counts as alive at ``now`` (naive UTC): seen lately, and not forced down."""
    if service.forced_down or service.last_seen_up is None:
        return False
    # A clock that is ahead of ours makes a heartbeat of the future: as far off counts as down too.
    return abs((now - service.last_seen_up).total_seconds()) <= CONF.service_down_time


def is_fenced(service, now: datetime.datetime) -> bool:
    """Whether nothing of a compute host can run any more at ``now`` (naive UTC), so that others may do its work.

    Either an operator says so (forced_down), or the host has promised to stop its guests (``fence_after`` seconds
    after the last heartbeat that it knows to be in the database; to that the lease of a step is given for stopping
    them, and for the difference of two conductors' clocks).  No clock of the host's has a say in it.
    """
    if service.forced_down:
        return True
    if not service.fence_after or service.last_seen_up is None:
        return False
    return (now - service.last_seen_up).total_seconds() > service.fence_after + CONF.workflow.step_lease


def _will_be_fenced(service, now: datetime.datetime) -> bool:
    """Whether a compute host that has promised to stop its guests was not heard of for a while."""
    return bool(service.fence_after and service.last_seen_up is not None
                and (now - service.last_seen_up).total_seconds() > CONF.workflow.step_lease)


def register(connection, binary: str, host: str, topic: str, fence_after: int = 0) -> str:
    """A service starts: its row, made if it is new; returns its uuid.  May be called again at will.

    ``disabled`` and ``forced_down`` stay as an operator set them.
    """
    now = timeutils.utcnow()
    seen = {"topic": topic, "fence_after": fence_after, "last_seen_up": now, "updated_at": now}
    where = sa.and_(services.c.host == host, services.c.binary == binary)
    if not connection.execute(sa.update(services).where(where).values(seen)).rowcount:
        try:
            with connection.begin_nested():
                connection.execute(sa.insert(services).values(
                    uuid=str(uuidlib.uuid4()), binary=binary, host=host, disabled=False, forced_down=False,
                    created_at=now, **seen))
        except db_exc.DBDuplicateEntry:
            pass        # another conductor registers the same service: its row is as good
        else:
            notes.told(connection, "service.create", payloads.service(get_by_host(connection, host, binary)))
    return connection.scalar(sa.select(services.c.uuid).where(where))


def heartbeat(connection, binary: str, hosts: Sequence[str]) -> int:
    """These hosts' services live.  Returns how many rows there were: fewer than hosts, some must register."""
    return connection.execute(sa.update(services).where(
        services.c.binary == binary, services.c.host.in_(hosts)).values(last_seen_up=timeutils.utcnow())).rowcount


def compute_is_up(connection, host: str) -> bool:
    """Whether a compute host's service counts as alive now."""
    try:
        return is_up(get_by_host(connection, host), timeutils.utcnow())
    except exceptions.HostBinaryNotFound:
        return False


def fate(connection, host: str) -> str:
    """What a compute host is now: UP, DOWN (it may still run something), FENCING (soon FENCED) or FENCED."""
    return fates(connection, [host]).get(host, DOWN)


def fates(connection, hosts: Sequence[str]) -> dict[str, str]:
    """Of each compute host that there is, as ``fate``."""
    found, at = list_all(connection, hosts=hosts, binary=COMPUTE), timeutils.utcnow()
    return {service.host: _fate(service, at) for service in found}


def _fate(service: Service, at: datetime.datetime) -> str:
    if is_fenced(service, at):
        return FENCED
    if _will_be_fenced(service, at):
        return FENCING
    return UP if is_up(service, at) else DOWN


def heard_since(connection, host: str, at: datetime.datetime) -> bool:
    """Whether a compute host has given a sign of life after ``at`` (naive UTC)."""
    return connection.scalar(sa.select(services.c.id).where(
        services.c.binary == COMPUTE, services.c.host == host, services.c.last_seen_up > at)) is not None


def silent(connection, binary: str, hosts: Sequence[str]) -> list[str]:
    """Those of the hosts that do not count as up, because they were not heard of."""
    since = timeutils.utcnow() - datetime.timedelta(seconds=CONF.service_down_time)
    return list(connection.execute(sa.select(services.c.host).where(
        services.c.binary == binary, services.c.host.in_(hosts), services.c.last_seen_up < since)).scalars())


def promise(connection, host: str, fence_after: int) -> None:
    """A compute host fences itself after so many seconds without a heartbeat; 0: it does not."""
    connection.execute(sa.update(services).where(services.c.host == host, services.c.binary == COMPUTE).values(
        fence_after=fence_after))


def _one(connection, what: str, *conditions) -> Service:
    row = connection.execute(sa.select(services).where(*conditions)).one_or_none()
    if row is None:
        raise exceptions.ServiceNotFound(service_id=what)
    return _service(row)


def get(connection, service_id: int | str) -> Service:
    """By id (an integer) or uuid (a string); raises ServiceNotFound."""
    column = services.c.id if isinstance(service_id, int) else services.c.uuid
    return _one(connection, str(service_id), column == service_id)


def get_by_host(connection, host: str, binary: str = COMPUTE) -> Service:
    """Raises HostBinaryNotFound (404)."""
    try:
        return _one(connection, host, services.c.host == host, services.c.binary == binary)
    except exceptions.ServiceNotFound:
        raise exceptions.HostBinaryNotFound(host=host, binary=binary) from None



def list_all(connection, *, host: str | None = None, hosts: Sequence[str] | None = None, binary: str | None = None,
             disabled: bool | None = None) -> list[Service]:
    """Services by id, of those that fit every filter that is given."""
    query = sa.select(services).order_by(services.c.id)
    if host is not None:
        query = query.where(services.c.host == host)
    if hosts is not None:
        query = query.where(services.c.host.in_(hosts))
    if binary is not None:
        query = query.where(services.c.binary == binary)
    if disabled is not None:
        query = query.where(services.c.disabled.is_(disabled))
    return [_service(row) for row in connection.execute(query)]


def update(connection, service_id: int, **changes) -> Service:
    """Set ``disabled``, ``disabled_reason`` or ``forced_down``; returns the service as it is then."""
    connection.execute(sa.update(services).where(services.c.id == service_id).values(
        updated_at=timeutils.utcnow(), **changes))
    service = get(connection, service_id)
    notes.told(connection, "service.update", payloads.service(service))
    return service


def delete(connection, service: Service) -> None:
    """Forget a service, and the compute node with it; raises Conflict (409) while it hosts servers.

    No aggregate has its host any more.
    """
    if service.binary == COMPUTE:
        busy = connection.scalar(sa.select(sa.literal(1)).select_from(instances).where(
            instances.c.host == service.host, instances.c.deleted.is_(False)).limit(1))
        if busy is None:
            # Claims are counted on this very row, so a claim that commits meanwhile makes this miss.
            connection.execute(sa.delete(hosts_table).where(
                hosts_table.c.host == service.host, hosts_table.c.running_vms == 0))
            busy = connection.scalar(sa.select(hosts_table.c.id).where(hosts_table.c.host == service.host))
        if busy is not None:
            raise exceptions.Conflict("Unable to delete compute service that is hosting instances. "
                                      "Migrate or delete the instances first.")
        connection.execute(sa.delete(aggregate_hosts).where(aggregate_hosts.c.host == service.host))
    connection.execute(sa.delete(services).where(services.c.id == service.id))
    notes.told(connection, "service.delete", payloads.service(service))
