"""Counters and limits of projects: table ``quotas``.

The counters change in the same transaction as the servers that they count, by one conditional UPDATE that
is check and reservation in one, so that no number of API processes lets a project over its limit.  Callers
hold the transaction; nothing here commits.
"""
import functools

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from nova_lite import exceptions, states
from nova_lite.conf import CONF
from nova_lite.db import moves, quota_classes
from nova_lite.db.tables import instances as instances_table
from nova_lite.db.tables import quotas, server_groups
from nova_lite.models import Instance
from nova_lite.models.quota import UNLIMITED, Quota, Usage

COUNTED = ("instances", "cores", "ram")
# REST name: option of [quota].
DEFAULTS = {
    "instances": "instances", "cores": "cores", "ram": "ram", "metadata_items": "metadata_items",
    "injected_files": "injected_files", "injected_file_content_bytes": "injected_file_content_bytes",
    "injected_file_path_bytes": "injected_file_path_length", "key_pairs": "key_pairs",
    "server_groups": "server_groups", "server_group_members": "server_group_members",
}
# What the network service limits: shown as unlimited until 2.35, and counted by nobody here.
NETWORK = ("floating_ips", "fixed_ips", "security_groups", "security_group_rules")
NO_LIMIT = 2 ** 31 - 1          # "as many as you like", where a number of servers is asked for
_ATTEMPTS = 5


def configured() -> dict[str, int]:
    """The default limits of [quota]."""
    return {name: getattr(CONF.quota, option) for name, option in DEFAULTS.items()} | dict.fromkeys(NETWORK, UNLIMITED)


def defaults(connection) -> dict[str, int]:
    """The limits of a project that has none of its own: [quota]'s, or what an administrator has set."""
    return configured() | quota_classes.get(connection)


def _used(name: str):
    return quotas.c[f"{name}_used"]


def reserve(connection, project_id: str, instances: int, cores: int, ram: int, user_id: str | None = None) -> None:
    """Count so many servers, virtual CPUs and MiB for the project, or raise TooManyInstances (403).

    ``user_id``: whose limits within the project count, too.
    """
    wanted = {"instances": instances, "cores": cores, "ram": ram}
    default, limited = configured(), tuple(name for name, number in wanted.items() if number > 0)
    parameters = {"project": project_id, **{f"more_{name}": number for name, number in wanted.items()},
                  **{f"default_{name}": default[name] for name in limited}}
    # Users with limits of their own are few: one condition finds that out, and the statement is still the only one.
    for_most = user_id is not None
    for _ in range(_ATTEMPTS):
        user = {"user": user_id} if for_most else {}
        if connection.execute(_counting(limited, for_most), parameters | user).rowcount:
            return
        if user_id is not None and _of_user(connection, project_id, user_id, wanted):
            for_most = False
        if not _exists(connection, project_id):
            _insert_missing(connection, project_id)
            continue
        quota = get(connection, project_id)
        _check(quota, wanted)
        # Another transaction gave something back between the two statements: there is room now.
    raise exceptions.ServiceUnavailable("The quota of the project changes too fast; try again.")


@functools.cache
def _counting(limited: tuple[str, ...], for_most: bool):
    # UPDATE quotas SET instances_used = instances_used + 1, ... WHERE project_id = 'p'
    #   AND (coalesce(instances, 10) < 0 OR instances_used + 1 <= coalesce(instances, 10)) AND ...
    project = sa.bindparam("project", type_=quotas.c.project_id.type)
    statement = sa.update(quotas).where(quotas.c.project_id == project)
    more = {name: sa.bindparam(f"more_{name}", type_=_used(name).type) for name in COUNTED}
    for name in limited:
        limit = sa.func.coalesce(quotas.c[name], quota_classes.limit(name),
                                 sa.bindparam(f"default_{name}", type_=quotas.c[name].type))
        statement = statement.where(sa.or_(limit < 0, _used(name) + more[name] <= limit))
    if for_most:
        statement = statement.where(quota_classes.has_none(project, sa.bindparam("user", type_=sa.String)))
    return statement.values({_used(name): _used(name) + more[name] for name in COUNTED})


def _of_user(connection, project_id: str, user_id: str, wanted: dict[str, int]) -> bool:
    """Whether the user has limits of their own; raises TooManyInstances when they are reached.

    The project's row is held from here on: no other request of the project counts meanwhile.
    """
    if not quota_classes.of_user(connection, project_id, user_id):
        return False
    locked(connection, project_id)
    _check(get(connection, project_id, user_id), wanted)
    return True


def _check(quota: Quota, wanted: dict[str, int]) -> None:
    over = sorted(name for name in COUNTED if wanted[name] > 0 and _too_many(quota, name, wanted[name]))
    if over:
        used = quota.used.to_dict()
        raise exceptions.TooManyInstances(
            overs=", ".join(over), req=", ".join(str(wanted[name]) for name in over),
            used=", ".join(str(used[name]) for name in over),
            allowed=", ".join(str(quota.limits[name]) for name in over))


def _too_many(quota: Quota, name: str, number: int) -> bool:
    limit = quota.limits[name]
    return limit >= 0 and getattr(quota.used, name) + number > limit


def _exists(connection, project_id: str) -> bool:
    query = sa.select(sa.literal(1)).select_from(quotas).where(quotas.c.project_id == project_id)
    return connection.scalar(query) is not None


def _insert_missing(connection, project_id: str) -> None:
    """The project's row, unless another transaction makes it: an error would end PostgreSQL's transaction."""
    row = {"project_id": project_id, "instances_used": 0, "cores_used": 0, "ram_used": 0, "others": {}}
    dialect = connection.dialect.name
    if dialect == "sqlite":
        connection.execute(sqlite.insert(quotas).values(row).on_conflict_do_nothing())
    elif dialect == "postgresql":
        connection.execute(postgresql.insert(quotas).values(row).on_conflict_do_nothing())
    else:
        connection.execute(sa.insert(quotas).prefix_with("IGNORE").values(row))


def release(connection, project_id: str, instances: int, cores: int, ram: int) -> None:
    """Give back what ``reserve`` counted."""
    connection.execute(_counting((), False), {
        "project": project_id, "more_instances": -instances, "more_cores": -cores, "more_ram": -ram})


def follow(connection, instance: Instance, vm_state: str, task_state: str | None) -> None:
    """A server goes from the states that ``instance`` has to these: count it, or give back what was counted for it.

    Raises TooManyInstances when it begins to count and there is no room.
    """
    before = states.is_counted(instance.vm_state, instance.task_state)
    after = states.is_counted(vm_state, task_state)
    flavor = instance.flavor
    if before and not after:
        release(connection, instance.project_id, 1, flavor.vcpus, flavor.memory_mb)
    elif after and not before:
        reserve(connection, instance.project_id, 1, flavor.vcpus, flavor.memory_mb, instance.user_id)


def headroom(connection, project_id: str, cores: int, ram: int, user_id: str | None = None) -> int:
    """How many servers of so many virtual CPUs and MiB still fit; NO_LIMIT when nothing limits them."""
    room = NO_LIMIT
    for owner in {None, user_id}:
        quota = get(connection, project_id, owner)
        for name, each in (("instances", 1), ("cores", cores), ("ram", ram)):
            limit = quota.limits[name]
            if limit >= 0 and each > 0:
                room = min(room, (limit - getattr(quota.used, name)) // each)
    return max(room, 0)


def get(connection, project_id: str, user_id: str | None = None) -> Quota:
    """The project's usage and limits; a project without a row has the defaults.

    ``user_id``: those of that user in the project.
    """
    if user_id is not None:
        quota = get(connection, project_id)
        used = counted(connection, project_id, user_id).get(project_id, Usage())
        return Quota(project_id, used, quota.limits | quota_classes.of_user(connection, project_id, user_id))
    row = connection.execute(sa.select(quotas).where(quotas.c.project_id == project_id)).one_or_none()
    groups = connection.scalar(sa.select(sa.func.count()).select_from(server_groups).where(
        server_groups.c.project_id == project_id))
    if row is None:
        return Quota(project_id, Usage(server_groups=groups), defaults(connection))
    own = {name: getattr(row, name) for name in COUNTED} | row.others
    limits = {name: default if own.get(name) is None else own[name] for name, default in defaults(connection).items()}
    return Quota(project_id, Usage(row.instances_used, row.cores_used, row.ram_used, groups), limits)


def locked(connection, project_id: str) -> Quota:
    """As ``get``; who else wants to count something for the project waits until the transaction's end."""
    _insert_missing(connection, project_id)
    connection.execute(sa.update(quotas).where(quotas.c.project_id == project_id).values(
        instances_used=quotas.c.instances_used))
    return get(connection, project_id)


def set_limits(connection, project_id: str, limits: dict[str, int]) -> None:
    """Give the project limits of its own, by REST name; those that are not named stay as they are."""
    _insert_missing(connection, project_id)
    where = quotas.c.project_id == project_id
    others = connection.scalar(sa.select(quotas.c.others).where(where).with_for_update())
    values = {name: limits[name] for name in COUNTED if name in limits}
    values["others"] = others | {name: limit for name, limit in limits.items() if name not in COUNTED}
    connection.execute(sa.update(quotas).where(where).values(values))


def delete_limits(connection, project_id: str) -> None:
    """Back to the defaults, its users too; what the project uses stays counted."""
    quota_classes.delete_user(connection, project_id, None)
    connection.execute(sa.update(quotas).where(quotas.c.project_id == project_id).values(
        instances=None, cores=None, ram=None, others={}))


def counted(connection, project_id: str | None = None, user_id: str | None = None) -> dict[str, Usage]:
    """What the servers that live (of that user) add up to, by project: the truth that the counters must equal.

    One that is on its way from one flavor to another counts with the larger of both.
    """
    flavor = instances_table.c.flavor
    query = sa.select(
        instances_table.c.project_id, sa.func.count(), sa.func.sum(flavor["vcpus"].as_integer()),
        sa.func.sum(flavor["memory_mb"].as_integer()),
    ).where(instances_table.c.deleted.is_(False), _is_counted()).group_by(instances_table.c.project_id)
    if project_id is not None:
        query = query.where(instances_table.c.project_id == project_id)
    if user_id is not None:
        query = query.where(instances_table.c.user_id == user_id)
    found = {row[0]: Usage(int(row[1]), int(row[2]), int(row[3])) for row in connection.execute(query)}
    for project, (cores, ram) in moves.more_held(connection, project_id, user_id).items():
        used = found[project]
        found[project] = Usage(used.instances, used.cores + cores, used.ram + ram)
    return found


def _is_counted():
    """As states.is_counted."""
    return sa.or_(instances_table.c.vm_state != states.SOFT_DELETED, instances_table.c.task_state == states.RESTORING)


def drift(connection) -> list[tuple[str, Usage, Usage]]:
    """(project, counter, truth) wherever they differ, for the audit."""
    truth = counted(connection)
    rows = connection.execute(sa.select(quotas.c.project_id, *map(_used, COUNTED)))
    counters = {row[0]: Usage(*row[1:]) for row in rows}
    return [(project, counters.get(project, Usage()), truth.get(project, Usage()))
            for project in sorted(truth.keys() | counters.keys())
            if counters.get(project, Usage()) != truth.get(project, Usage())]


def recount(connection, project_id: str) -> Usage:
    """Set the project's counters to what its servers add up to.

    Takes the counter row first, so that servers that are made or deleted meanwhile wait for the commit.
    """
    locked(connection, project_id)
    where = quotas.c.project_id == project_id
    usage = counted(connection, project_id).get(project_id, Usage())
    connection.execute(sa.update(quotas).where(where).values(
        instances_used=usage.instances, cores_used=usage.cores, ram_used=usage.ram))
    return usage
