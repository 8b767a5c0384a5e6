"""Moves of servers: the rows of table ``migrations``.  What a move holds beside its row is in ``db.move_holds``."""
import dataclasses
import datetime

import sqlalchemy as sa

from nova_lite.db.tables import hosts, instances, migrations
from nova_lite.models import Flavor, Migration
from nova_lite.trace import now


def from_row(row) -> Migration:
    """A row that has all columns."""
    return Migration.from_dict(dict(row._mapping))


def insert(connection, move: Migration) -> Migration:
    """Store a new one; gives it with its id."""
    values = {name: getattr(move, name) for name in Migration.__dataclass_fields__ if name != "id"}
    result = connection.execute(migrations.insert().values(
        {**values, "old_flavor": move.old_flavor.to_dict(), "new_flavor": move.new_flavor.to_dict()}))
    return move.replace(id=result.inserted_primary_key[0])


def open_of(connection, instance_uuid: str) -> Migration | None:
    """The server's open one, if any."""
    row = connection.execute(sa.select(migrations).where(
        migrations.c.instance_uuid == instance_uuid, migrations.c.open.is_(True))).first()
    return from_row(row) if row else None


def all_open(connection) -> list[Migration]:
    return [from_row(row) for row in connection.execute(sa.select(migrations).where(migrations.c.open.is_(True)))]


def open_with_states(connection) -> list[tuple[Migration, str, str | None]]:
    """Each open one, with the vm_state and task_state of its server."""
    query = sa.select(migrations, instances.c.vm_state, instances.c.task_state).join(
        instances, instances.c.uuid == migrations.c.instance_uuid).where(
        migrations.c.open.is_(True), instances.c.deleted.is_(False))
    return [(from_row(row), row.vm_state, row.task_state) for row in connection.execute(query)]


def left_behind(connection, host: str) -> list[str]:
    """Uuids of open ones from that host: it keeps the old disks of their servers."""
    return list(connection.execute(sa.select(migrations.c.uuid).where(
        migrations.c.open.is_(True), migrations.c.source_compute == host)).scalars())


def update(connection, move_id: int, **values) -> None:
    """Columns of one."""
    connection.execute(migrations.update().where(migrations.c.id == move_id).values(updated_at=now(), **values))


def chosen(connection, instance_uuid: str, host: str, node: str, zone: str) -> Migration | None:
    """The scheduler has found a host; None: no move of the server is open any more."""
    move = open_of(connection, instance_uuid)
    if move is None:
        return None
    address = connection.scalar(sa.select(hosts.c.host_ip).where(hosts.c.host == host))
    ends = {"dest_compute": host, "dest_node": node, "dest_zone": zone, "dest_host": address}
    update(connection, move.id, **ends)
    return move.replace(**ends)


def set_status(connection, move: Migration, status: str) -> None:
    update(connection, move.id, status=status)


def more_held(connection, project_id: str | None = None, user_id: str | None = None) -> dict[str, tuple[int, int]]:
    """{project: (virtual CPUs, MiB)} that open moves hold beyond their servers' flavors."""
    query = sa.select(migrations, instances.c.flavor).join(
        instances, instances.c.uuid == migrations.c.instance_uuid).where(
        migrations.c.open.is_(True), instances.c.deleted.is_(False))
    if project_id is not None:
        query = query.where(instances.c.project_id == project_id)
    if user_id is not None:
        query = query.where(instances.c.user_id == user_id)
    found: dict[str, tuple[int, int]] = {}
    for row in connection.execute(query):
        move, flavor = from_row(row), Flavor.from_dict(row.flavor)
        (cores, ram), (more_cores, more_ram) = found.get(move.project_id, (0, 0)), move.held
        found[move.project_id] = cores + more_cores - flavor.vcpus, ram + more_ram - flavor.memory_mb
    return found


@dataclasses.dataclass(frozen=True)
class Filters:
    """What a list of moves is asked for; None: whatever it is.  Times are naive UTC, of the last change."""

    host: str | None = None                  # of either end
    source_compute: str | None = None
    instance_uuid: str | None = None
    status: str | None = None
    migration_type: str | None = None
    user_id: str | None = None
    project_id: str | None = None
    changes_since: datetime.datetime | None = None
    changes_before: datetime.datetime | None = None


def _changed():
    return sa.func.coalesce(migrations.c.updated_at, migrations.c.created_at)


def listed(connection, filters: Filters, limit: int | None = None, marker: Migration | None = None) -> list[Migration]:
    """Newest first; those after ``marker``."""
    query = sa.select(migrations).order_by(migrations.c.created_at.desc(), migrations.c.id.desc())
    for name in ("source_compute", "instance_uuid", "status", "migration_type", "user_id", "project_id"):
        if (wanted := getattr(filters, name)) is not None:
            query = query.where(migrations.c[name] == wanted)
    if filters.host is not None:
        query = query.where(sa.or_(migrations.c.source_compute == filters.host,
                                   migrations.c.dest_compute == filters.host))
    if filters.changes_since is not None:
        query = query.where(_changed() >= filters.changes_since)
    if filters.changes_before is not None:
        query = query.where(_changed() <= filters.changes_before)
    if marker is not None:
        query = query.where(sa.tuple_(migrations.c.created_at, migrations.c.id) < (marker.created_at, marker.id))
    if limit is not None:
        query = query.limit(limit)
    return [from_row(row) for row in connection.execute(query)]


def by_uuid(connection, uuid: str) -> Migration | None:
    row = connection.execute(sa.select(migrations).where(migrations.c.uuid == uuid)).first()
    return from_row(row) if row else None


def by_id(connection, instance_uuid: str, move_id: int) -> Migration | None:
    row = connection.execute(sa.select(migrations).where(
        migrations.c.id == move_id, migrations.c.instance_uuid == instance_uuid)).first()
    return from_row(row) if row else None
