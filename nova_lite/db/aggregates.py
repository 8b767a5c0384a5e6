"""Aggregates, their hosts, and the availability zones that they make: tables ``aggregates``, ``aggregate_hosts``.

A host is in one zone.  ``hosts.availability_zone`` repeats it: there the schedulers read it, and there a claim
checks it, so that no server comes to be in another zone than the one it was told.
"""
import collections
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
from nova_lite.models.aggregate import RATIOS, ZONE, Aggregate, ratio, ratio_of
from nova_lite.models.host import Share
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

    Raises AggregateNotFound, AggregateNameExists, Invalid (400) for an allocation ratio that is no positive number,
    and Conflict when its hosts cannot change their zone or ratio.
    """
    old = _locked(connection, aggregate_id)
    _check_ratios(metadata)
    kept = {key: value for key, value in {**old.metadata, **metadata}.items() if value is not None}
    try:
        with connection.begin_nested():
            connection.execute(sa.update(aggregates).where(aggregates.c.id == aggregate_id).values(
                name=name or old.name, metadata_=kept, updated_at=now()))
    except db_exc.DBDuplicateEntry as exc:
        raise exceptions.AggregateNameExists(aggregate_name=name) from exc
    _move(connection, old.hosts)
    aggregate = get(connection, aggregate_id)
    if aggregate.name != old.name:
        _told(connection, "update_prop", aggregate)
    if metadata:
        _told(connection, "update_metadata", aggregate)
    return aggregate


def _check_ratios(metadata: dict) -> None:
    for key in RATIOS.values():
        try:
            if metadata.get(key) is not None:
                ratio(metadata[key])
        except ValueError as exc:
            raise exceptions.Invalid(f"Invalid input for field {key}: '{metadata[key]}' is not a ratio.") from exc


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
    """Write the zone that the aggregates make now to these hosts and their servers, and their ratios to the hosts.

    Raises Conflict when a host would be in two zones, a server outside the one that it asked for, or more in use than
    a ratio allows.
    """
    found = of_hosts(connection, names)
    for host in sorted(names):
        wanted = {metadata[ZONE] for metadata in found[host] if ZONE in metadata}
        if len(wanted) > 1:
            raise exceptions.Conflict(f"Host {host} would be in several availability zones: "
                                      f"{', '.join(sorted(wanted))}.")
        zone = next(iter(wanted), None)
        shown = zone or CONF.default_availability_zone
        # First: a claim on the host waits for this row, and is in the old zone or in the new one.
        connection.execute(sa.update(hosts_table).where(hosts_table.c.host == host).values(
            availability_zone=zone, aggregate_metadata=as_text(merged(found[host])), updated_at=now()))
        _limit(connection, host, merged(found[host]))
        here = sa.and_(instances.c.host == host, instances.c.deleted.is_(False))
        if connection.scalar(sa.select(instances.c.id).where(
                here, instances.c.pinned_availability_zone != shown).limit(1)) is not None:
            raise exceptions.Conflict(f"Host {host} has servers that asked for its availability zone.")
        connection.execute(sa.update(instances).where(here).values(availability_zone=shown))


def _limit(connection, host: str, metadata: dict[str, list[str]]) -> None:
    """Write what may be claimed of a host, whose row is locked.  Raises Conflict when more is in use."""
    row = connection.execute(sa.select(hosts_table).where(hosts_table.c.host == host)).first()
    if row is None:
        return                                          # it will register, and find its aggregates
    changed = {what: limit for what, limit in limits(shares_of(row), metadata).items()
               if limit != getattr(row, f"{what}_limit")}
    for what, limit in changed.items():
        used = getattr(row, f"{what}_used")
        if limit < used and limit < getattr(row, f"{what}_limit"):
            raise exceptions.Conflict(f"Host {host} has more in use than its {RATIOS[what]} would allow: "
                                      f"{what} {used} of {limit}.")
    if changed:
        connection.execute(sa.update(hosts_table).where(hosts_table.c.host == host).values(
            {f"{what}_limit": limit for what, limit in changed.items()}))


def of_host(connection, host: str) -> tuple[str | None, dict[str, list[str]]]:
    """What ``hosts`` repeats of a host's aggregates: its availability zone, and their metadata merged."""
    found = of_hosts(connection, [host])[host]
    return next((metadata[ZONE] for metadata in found if ZONE in metadata), None), merged(found)


def of_hosts(connection, names: Collection[str] | None = None) -> dict[str, list[dict]]:
    """{host: the metadata of each of its aggregates} of these (None: of all that are in one)."""
    found: dict[str, list[dict]] = collections.defaultdict(list, {name: [] for name in names or ()})
    query = sa.select(aggregate_hosts.c.host, aggregates.c.metadata_).join(aggregates).order_by(aggregates.c.id)
    for host, metadata in connection.execute(
            query if names is None else query.where(aggregate_hosts.c.host.in_(names))):
        found[host].append(metadata)
    return found


def merged(found: list[dict]) -> dict[str, list[str]]:
    """{key: [values]} of several aggregates, always in the same order."""
    values: dict[str, set[str]] = {}
    for metadata in found:
        for key, value in metadata.items():
            values.setdefault(key, set()).add(value)
    return {key: sorted(values[key]) for key in sorted(values)}


def as_text(metadata: dict[str, list[str]]) -> str | None:
    """As ``hosts.aggregate_metadata`` has it: the same text for the same metadata; None when there is none."""
    return json.dumps(metadata) if metadata else None


def limits(shares: dict[str, Share], metadata: dict[str, list[str]]) -> dict[str, int]:
    """What may be claimed of a host whose aggregates have this metadata."""
    return {what: share.limit(ratio_of(metadata, what)) for what, share in shares.items()}


def shares_of(row) -> dict[str, Share]:
    """A host's own shares, of its row."""
    return {what: Share(getattr(row, f"{what}_usable"), getattr(row, f"{what}_ratio")) for what in RATIOS}
