"""Server groups and their members: tables ``server_groups``, ``server_group_members``.

A member's row stays when its server is deleted; members that are shown and counted are those that live.
"""
import functools
import uuid as uuidlib
from collections.abc import Collection

import sqlalchemy as sa

from nova_lite import exceptions
from nova_lite.db import notes, quotas
from nova_lite.db.tables import instances, migrations, server_group_members, server_groups
from nova_lite.models.server_group import ANTI_AFFINITY, GroupHosts, ServerGroup
from nova_lite.notifications import payloads
from nova_lite.trace import now

_COLUMNS = ("id", "uuid", "project_id", "user_id", "name", "policy", "max_server_per_host")
_LIVING = sa.and_(instances.c.uuid == server_group_members.c.instance_uuid, instances.c.deleted.is_(False))


def create(connection, group: ServerGroup) -> ServerGroup:
    """Store a new group; raises QuotaError (403)."""
    # The row of the quota is what two requests of a project wait for each other at.
    quota = quotas.locked(connection, group.project_id)
    if 0 <= quota.limits["server_groups"] <= quota.used.server_groups:
        raise exceptions.QuotaError("Quota exceeded, too many server groups.")
    values = {name: getattr(group, name) for name in _COLUMNS if name not in ("id", "uuid")}
    group = group.replace(uuid=str(uuidlib.uuid4()))
    connection.execute(sa.insert(server_groups).values(uuid=group.uuid, placed=0, created_at=now(), **values))
    notes.told(connection, "server_group.create", payloads.server_group(group))
    return group


def _query(project_id: str | None):
    query = sa.select(*(server_groups.c[name] for name in _COLUMNS)).order_by(server_groups.c.id)
    return query if project_id is None else query.where(server_groups.c.project_id == project_id)


def get(connection, uuid: str, project_id: str | None) -> ServerGroup:
    """Raises InstanceGroupNotFound, also for another project's; ``project_id`` None: whosever it is."""
    rows = connection.execute(_query(project_id).where(server_groups.c.uuid == uuid)).all()
    if not rows:
        raise exceptions.InstanceGroupNotFound(group_uuid=uuid)
    return _with_members(connection, rows)[0]


def list_page(connection, project_id: str | None, limit: int, offset: int) -> list[ServerGroup]:
    """Groups of a project (None: of all), oldest first.  Two statements."""
    return _with_members(connection, connection.execute(_query(project_id).limit(limit).offset(offset)).all())


def _with_members(connection, rows) -> list[ServerGroup]:
    members: dict[int, list[str]] = {row.id: [] for row in rows}
    if rows:
        for group_id, uuid in connection.execute(
                sa.select(server_group_members.c.group_id, server_group_members.c.instance_uuid)
                .join(instances, _LIVING).where(server_group_members.c.group_id.in_(members))
                .order_by(server_group_members.c.id)):
            members[group_id].append(uuid)
    return [ServerGroup(members=tuple(members[row.id]), **row._mapping) for row in rows]


def delete(connection, uuid: str, project_id: str | None) -> None:
    """Its members live on without it.  Raises InstanceGroupNotFound."""
    if notes.wanted(connection):
        notes.told(connection, "server_group.delete", payloads.server_group(get(connection, uuid, project_id)))
    where = [server_groups.c.uuid == uuid] + ([] if project_id is None else [server_groups.c.project_id == project_id])
    if not connection.execute(sa.delete(server_groups).where(*where)).rowcount:
        raise exceptions.InstanceGroupNotFound(group_uuid=uuid)


def join(connection, uuid: str, project_id: str, user_id: str, servers: Collection[str]) -> None:
    """New servers of a project become members.  Raises InstanceGroupNotFound, QuotaError (403)."""
    _lock(connection, uuid, 0)
    group = get(connection, uuid, project_id)
    limit = quotas.get(connection, project_id, user_id).limits["server_group_members"]
    if limit >= 0:
        mine = connection.scalar(sa.select(sa.func.count()).select_from(server_group_members).join(
            instances, _LIVING).where(server_group_members.c.group_id == group.id, instances.c.user_id == user_id,
                                      instances.c.uuid.not_in(servers)))
        if mine + len(servers) > limit:
            raise exceptions.QuotaError("Quota exceeded, too many servers in group")
    connection.execute(sa.insert(server_group_members), [
        {"group_id": group.id, "instance_uuid": server} for server in servers])
    notes.told(connection, "server_group.add_member", payloads.server_group(
        group.replace(members=(*group.members, *servers))))


def of_server(connection, server: str) -> str | None:
    """The uuid of the group that a server is in."""
    return connection.scalar(_of_server(), {"server": server})


@functools.cache
def _of_server():
    return sa.select(server_groups.c.uuid).join(
        server_group_members, server_group_members.c.group_id == server_groups.c.id).where(
        server_group_members.c.instance_uuid == sa.bindparam("server"))


def hosts(connection, uuid: str, without: Collection[str]) -> GroupHosts | None:
    """Where a group's members are, those that are being placed left out; None: there is no such group any more."""
    group = connection.execute(_query(None).where(server_groups.c.uuid == uuid)).first()
    if group is None:
        return None
    members = (server_group_members.c.group_id == group.id, instances.c.uuid.not_in(without))
    of_group = sa.select(instances.c.uuid, instances.c.host).select_from(server_group_members).join(
        instances, _LIVING).where(*members, instances.c.host.is_not(None))
    if group.policy == ANTI_AFFINITY:           # one that moves may come to rest at either end
        moving = [sa.select(instances.c.uuid, end).select_from(server_group_members).join(instances, _LIVING).join(
            migrations, migrations.c.instance_uuid == instances.c.uuid).where(
                *members, migrations.c.open.is_(True), end.is_not(None))
            for end in (migrations.c.source_compute, migrations.c.dest_compute)]
        of_group = sa.union(of_group, *moving)
    ends = of_group.subquery()
    counts = connection.execute(sa.select(ends.c.host, sa.func.count()).group_by(ends.c.host))
    return GroupHosts(uuid, group.policy, group.max_server_per_host or 1, dict(counts.all()))


def keeps(connection, uuid: str, placements: dict[str, str]) -> bool:
    """Whether the group's policy holds with these servers on these hosts.

    Takes the group's row until the transaction's end: what another scheduler places waits, and is seen then.
    """
    _lock(connection, uuid, len(placements))
    group = hosts(connection, uuid, placements)
    for host in placements.values() if group else ():
        if not group.admits(host):
            return False
        group = group.joined_by(host)
    return True


def _lock(connection, uuid: str, count: int) -> None:
    connection.execute(sa.update(server_groups).where(server_groups.c.uuid == uuid).values(
        placed=server_groups.c.placed + count))
