"""Aggregates, their hosts, and the availability zones that they make: tables ``aggregates``, ``aggregate_hosts``.

A host is in one zone.  ``hosts.availability_zone`` repeats it: there the schedulers read it, and there a claim
checks it, so that no server comes to be in another zone than the one it was told.
"""
import json
import uuid as uuidlib
from collections.abc import Collection

import sqlalchemy as sa
from oslo_db import exception as db_exc

from nova_lite import exceptions
from nova_lite.conf import CONF
from nova_lite.db import notes
from nova_lite.db.tables import aggregate_hosts, aggregates, instances, services
from nova_lite.db.tables import hosts as hosts_table
from nova_lite.models.aggregate import ZONE, Aggregate
from nova_lite.models.service import COMPUTE
from nova_lite.notifications import payloads
from nova_lite.trace import now


# -- reading -----------------------------------------------------------------------------------------
def list_all(connection) -> list[Aggregate]:
    return _aggregates(connection, sa.true())


def get(connection, aggregate_id: int) -> Aggregate:
    """Raises AggregateNotFound."""
    found = _aggregates(connection, aggregates.c.id == aggregate_id)
    if not found:
        raise exceptions.AggregateNotFound(aggregate_id=aggregate_id)
    return found[0]


def _aggregates(connection, where) -> list[Aggregate]:
    rows = connection.execute(sa.select(aggregates).where(where).order_by(aggregates.c.id)).all()
    members: dict[int, list[str]] = {row.id: [] for row in rows}
    if rows:
        for row in connection.execute(sa.select(aggregate_hosts).where(
                aggregate_hosts.c.aggregate_id.in_(members)).order_by(aggregate_hosts.c.id)):
            members[row.aggregate_id].append(row.host)
    return [Aggregate(row.id, row.uuid, row.name, row.metadata_, row.created_at, row.updated_at,
                      tuple(members[row.id])) for row in rows]


def zones(connection, names: Collection[str] | None = None) -> dict[str, str]:
    """{host: zone} of those hosts (None: all) that an aggregate puts into one."""
    query = sa.select(aggregate_hosts.c.host, aggregates.c.metadata_).join(aggregates)
    if names is not None:
        query = query.where(aggregate_hosts.c.host.in_(names))
    return {host: metadata[ZONE] for host, metadata in connection.execute(query) if ZONE in metadata}


# -- changing ----------------------------------------------------------------------------------------
def create(connection, name: str, zone: str | None) -> Aggregate:
    """Raises AggregateNameExists (409)."""
    metadata = {} if zone is None else {ZONE: zone}
    try:
        with connection.begin_nested():
            result = connection.execute(sa.insert(aggregates).values(
                uuid=str(uuidlib.uuid4()), name=name, metadata_=metadata, created_at=now()))
    except db_exc.DBDuplicateEntry as exc:
        raise exceptions.AggregateNameExists(aggregate_name=name) from exc
    return _told(connection, "create", get(connection, result.inserted_primary_key[0]))


def update(connection, aggregate_id: int, name: str | None, metadata: dict) -> Aggregate:
    """Give it another name (None: keep it), and these metadata items; a value None takes one away.

    Raises AggregateNotFound, AggregateNameExists, and Conflict when its hosts cannot change their zone.
    """
    old = _locked(connection, aggregate_id)
    merged = {key: value for key, value in {**old.metadata, **metadata}.items() if value is not None}
    try:
        with connection.begin_nested():
            connection.execute(sa.update(aggregates).where(aggregates.c.id == aggregate_id).values(
                name=name or old.name, metadata_=merged, updated_at=now()))
    except db_exc.DBDuplicateEntry as exc:
        raise exceptions.AggregateNameExists(aggregate_name=name) from exc
    _move(connection, old.hosts)
    aggregate = get(connection, aggregate_id)
    if aggregate.name != old.name:
        _told(connection, "update_prop", aggregate)
    if metadata:
        _told(connection, "update_metadata", aggregate)
    return aggregate


def delete(connection, aggregate_id: int) -> None:
    """Raises AggregateNotFound, Invalid (400) while it has hosts."""
    aggregate = _locked(connection, aggregate_id)
    if aggregate.hosts:
        raise exceptions.Invalid(f"Cannot delete aggregate {aggregate_id}. Reason: Host aggregate is not empty.")
    connection.execute(sa.delete(aggregates).where(aggregates.c.id == aggregate_id))
    _told(connection, "delete", aggregate)


def add_host(connection, aggregate_id: int, host: str) -> Aggregate:
    """Raises AggregateNotFound, ComputeHostNotFound, AggregateHostExists, Conflict."""
    aggregate = _locked(connection, aggregate_id)
    if connection.scalar(sa.select(services.c.id).where(
            services.c.host == host, services.c.binary == COMPUTE)) is None:
        raise exceptions.ComputeHostNotFound(host=host)
    if host in aggregate.hosts:
        raise exceptions.AggregateHostExists(host=host, aggregate_id=aggregate_id)
    connection.execute(sa.insert(aggregate_hosts).values(aggregate_id=aggregate_id, host=host))
    _move(connection, [host])
    return _told(connection, "add_host", get(connection, aggregate_id))


def remove_host(connection, aggregate_id: int, host: str) -> Aggregate:
    """Raises AggregateNotFound, NotFound, Conflict."""
    if host not in _locked(connection, aggregate_id).hosts:
        raise exceptions.NotFound(f"Cannot remove host {host} in aggregate {aggregate_id}")
    connection.execute(sa.delete(aggregate_hosts).where(
        aggregate_hosts.c.aggregate_id == aggregate_id, aggregate_hosts.c.host == host))
    _move(connection, [host])
    return _told(connection, "remove_host", get(connection, aggregate_id))


def _told(connection, what: str, aggregate: Aggregate) -> Aggregate:
    notes.told(connection, f"aggregate.{what}", payloads.aggregate(aggregate))
    return aggregate


def _locked(connection, aggregate_id: int) -> Aggregate:
    """All that change zones wait for each other: whether a host is in two is a matter of several aggregates."""
    connection.execute(sa.select(aggregates.c.id).order_by(aggregates.c.id).with_for_update()).all()
    return get(connection, aggregate_id)


def _move(connection, names: Collection[str]) -> None:
    """Write the zone that the aggregates make now to these hosts and their servers.

    Raises Conflict when a host would be in two zones, or a server outside the one that it asked for.
    """
    found = _metadata(connection, names)
    for host in sorted(names):
        wanted = {metadata[ZONE] for metadata in found[host] if ZONE in metadata}
        if len(wanted) > 1:
            raise exceptions.Conflict(f"Host {host} would be in several availability zones: "
                                      f"{', '.join(sorted(wanted))}.")
        zone = next(iter(wanted), None)
        shown = zone or CONF.default_availability_zone
        # First: a claim on the host waits for this row, and is in the old zone or in the new one.
        connection.execute(sa.update(hosts_table).where(hosts_table.c.host == host).values(
            availability_zone=zone, aggregate_metadata=_merged(found[host]), updated_at=now()))
        here = sa.and_(instances.c.host == host, instances.c.deleted.is_(False))
        if connection.scalar(sa.select(instances.c.id).where(
                here, instances.c.pinned_availability_zone != shown).limit(1)) is not None:
            raise exceptions.Conflict(f"Host {host} has servers that asked for its availability zone.")
        connection.execute(sa.update(instances).where(here).values(availability_zone=shown))


def of_host(connection, host: str) -> tuple[str | None, str | None]:
    """What ``hosts`` repeats of a host's aggregates: availability_zone and aggregate_metadata."""
    found = _metadata(connection, [host])[host]
    return next((metadata[ZONE] for metadata in found if ZONE in metadata), None), _merged(found)


def _metadata(connection, names: Collection[str]) -> dict[str, list[dict]]:
    """{host: the metadata of each of its aggregates}."""
    found: dict[str, list[dict]] = {name: [] for name in names}
    for host, metadata in connection.execute(sa.select(aggregate_hosts.c.host, aggregates.c.metadata_).join(
            aggregates).where(aggregate_hosts.c.host.in_(names)).order_by(aggregates.c.id)):
        found[host].append(metadata)
    return found


def _merged(found: list[dict]) -> str | None:
    """As text that is the same for the same metadata; None when there is none."""
    merged: dict[str, set[str]] = {}
    for metadata in found:
        for key, value in metadata.items():
            merged.setdefault(key, set()).add(value)
    return json.dumps({key: sorted(merged[key]) for key in sorted(merged)}) if merged else None
